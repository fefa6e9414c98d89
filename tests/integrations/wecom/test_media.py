"""Files up and down: an error is never taken for a picture, nor a picture for an error."""

import pytest

from integrations.wecom import client, errors
from tests.integrations.wecom.api import Answer, Api, says

JPEG = b"\xff\xd8\xff\xe0 picture"


def test_a_picture_comes_with_its_type_and_name(wecom: client.WeCom, api: Api) -> None:
    headers = {"Content-Type": "image/jpeg", "Content-disposition": 'attachment; filename="a.jpg"'}
    api.answers["media/get"] = [Answer(JPEG, headers=headers)]

    media = wecom.download("media 1/+&")

    assert (media.data, media.content_type, media.filename) == (JPEG, "image/jpeg", "a.jpg")
    assert api.calls("media/get")[0].query["media_id"] == "media 1/+&"


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\temp\\passwd", "/passwd"])
def test_a_name_from_outside_is_never_a_path(wecom: client.WeCom, api: Api, name: str) -> None:
    headers = {"Content-Type": "image/jpeg", "Content-disposition": f'attachment; filename="{name}"'}
    api.answers["media/get"] = [Answer(JPEG, headers=headers)]

    assert wecom.download("m").filename == "passwd"


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", "text/plain", "image/jpeg"])
def test_an_error_where_a_picture_should_be_is_an_error(wecom: client.WeCom, api: Api, content_type: str) -> None:
    body = b'{"errcode":40007,"errmsg":"invalid media_id"}'
    api.answers["media/get"] = [Answer(body, headers={"Content-Type": content_type})]

    with pytest.raises(errors.Refused) as refused:
        wecom.download("m")
    assert refused.value.code == 40007


@pytest.mark.parametrize("body", [b'{"name": "a json file"}', b"{not json at all", b"[1]", b'{"errcode": 0}'])
def test_a_file_that_looks_like_json_is_still_a_file(wecom: client.WeCom, api: Api, body: bytes) -> None:
    api.answers["media/get"] = [Answer(body, headers={"Content-Type": "application/json"})]

    assert wecom.download("m").data == body


@pytest.mark.parametrize(("size", "fits"), [(1000, True), (1001, False)])
def test_a_file_above_the_limit_is_refused(wecom: client.WeCom, api: Api, size: int, fits: bool) -> None:
    api.answers["media/get"] = [Answer(b"x" * size, headers={"Content-Type": "image/jpeg"})]

    if fits:
        assert len(wecom.download("m", limit=1000).data) == size
    else:
        with pytest.raises(errors.Refused, match="larger than 1000"):
            wecom.download("m", limit=1000)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"", status=502),
        Answer(hang_up=True),
        Answer(JPEG, headers={"Content-Type": "image/jpeg", "Content-Length": "1000"}),
    ],
    ids=["502", "hang up", "cut off"],
)
def test_a_download_that_broke_off_may_be_tried_again(wecom: client.WeCom, api: Api, answer: Answer) -> None:
    api.answers["media/get"] = [answer]

    with pytest.raises(errors.Down):
        wecom.download("m")


def test_a_file_goes_up_under_its_chinese_name(wecom: client.WeCom, api: Api) -> None:
    api.answers["media/upload"] = [says(errcode=0, errmsg="", type="file", media_id="media-9", created_at="1760000000")]

    assert wecom.upload("file", "名单.xlsx", b"PK-spreadsheet") == "media-9"

    (asked,) = api.calls("media/upload")
    assert asked.query["type"] == "file"
    assert asked.headers["Content-Type"].startswith("multipart/form-data")
    assert 'name="media"; filename="名单.xlsx"'.encode() in asked.body
    assert b"PK-spreadsheet" in asked.body


@pytest.mark.parametrize(
    ("kind", "filename", "data", "named"),
    [
        ("picture", "a.jpg", b"123456", "picture"),
        ("image", "", b"123456", "filename"),
        ("image", "a.jpg", b"12345", "5 bytes"),
        ("voice", "a.amr", b"x" * (2 * 1024 * 1024 + 1), "voice may have"),
    ],
)
def test_an_upload_wecom_would_refuse_is_refused_here(
    wecom: client.WeCom, api: Api, kind: str, filename: str, data: bytes, named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        wecom.upload(kind, filename, data)
    assert api.asked == []
