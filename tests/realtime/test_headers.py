from realtime.shared.headers import join_headers


def test_headers_that_come_once_stay():
    assert join_headers([(b"host", b"a"), (b"accept", b"b")]) == {b"host": b"a", b"accept": b"b"}


def test_split_cookies_are_joined_as_http_2_requires():
    split = [(b"cookie", b"theme=dark"), (b"host", b"a"), (b"cookie", b"sessionid=x"), (b"cookie", b"lang=en")]
    assert join_headers(split)[b"cookie"] == b"theme=dark; sessionid=x; lang=en"


def test_others_are_joined_as_a_list():
    assert join_headers([(b"origin", b"https://a"), (b"origin", b"https://b")])[b"origin"] == b"https://a,https://b"
