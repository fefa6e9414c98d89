"""Tests of integrations/hotel."""
