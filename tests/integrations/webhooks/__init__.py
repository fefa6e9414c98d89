"""Tests of integrations/webhooks."""
