"""Settings come from the environment, and an invalid value is refused with one sentence."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.email_url import find_mailer
from config.environment import Environment
from config.site_url import find_site_url


def read(kind, value, **named):
    return getattr(Environment({"NAME": value}), kind)("NAME", **named)


@pytest.mark.parametrize(
    "kind, named, value, must",
    [
        ("switch", {"default": False}, "maybe", "1 or 0, not maybe"),
        ("number", {"default": 1}, "many", "a whole number from 0 up, not many"),
        ("number", {"default": 1, "least": 1}, "0", "a whole number from 1 up, not 0"),
        ("choice", {"choices": ["INFO", "ERROR"], "default": "INFO"}, "loud", "one of INFO, ERROR, not LOUD"),
        ("time_zone", {"default": "UTC"}, "Mars", "the name of a time zone, as Europe/Berlin, not Mars"),
        ("time_zone", {"default": "UTC"}, "Europe", "the name of a time zone, as Europe/Berlin, not Europe"),
        (
            "site_url",
            {"default": ""},
            "chat.example.org",
            "the address of the site, as https://chat.example.org, a host of its own without a path, not chat",
        ),
        ("site_url", {"default": ""}, "https://", "the address of the site, as https://chat.example.org"),
        ("site_url", {"default": ""}, "ftp://chat.example.org", "the address of the site, as https://chat.example.org"),
        (
            "site_url",
            {"default": ""},
            "https://example.org/chat/",
            "the address of the site, as https://chat.example.org, a host of its own without a path, not https://example.org/c",
        ),
        ("site_url", {"default": ""}, "https://h/?a", "the address of the site, as https://chat.example.org"),
        ("sender", {"default": ""}, "nobody", "an address as Hubbub <chat@example.org>, not nobody"),
        ("folder", {"default": Path()}, "/dev/null/var", "a folder that Hubbub can write in, not /dev/null/var"),
    ],
)
def test_an_invalid_value_is_refused(kind, named, value, must):
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(kind, value, **named)
    assert str(refusal.value).startswith(f"NAME must be {must}")


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://u:secret@h/n",
        "postgres://u:secret@h:x/n",
        "postgres://u:secret@h",
        "postgres://u:secret%zz@h/n",
    ],
)
def test_an_invalid_database_is_refused_without_its_password(url):
    with pytest.raises(ImproperlyConfigured, match="NAME must be postgres://") as refusal:
        read("database", url, default=Path("db"))
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("url", ["nonsense", "http://host", "redis://host:x/0"])
def test_an_invalid_redis_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="NAME must be redis://"):
        read("redis", url)


@pytest.mark.parametrize(
    "url, says",
    [
        ("redis://one,two:6379/0", "several hosts are found by redis+sentinel://"),
        ("redis://u:secret@one:6379,two:6379/0", "NAME must be redis://"),
        ("redis+sentinel://one:26379", "it names no sentinel, or no master"),
        ("redis+sentinel:///master", "it names no sentinel, or no master"),
        ("redis+sentinel://one:x/master", "NAME must be redis://"),
        ("redis+sentinel://one,/master", "a sentinel has a name"),
        ("redis://:secret@one:6379/0?shards=2", "it has an unknown option"),
        ("redis://:se/cret@one:6379/0", "NAME must be redis://"),
    ],
)
def test_several_invalid_servers_are_refused(url, says):
    with pytest.raises(ImproperlyConfigured) as refusal:
        read("redis", url)
    assert says in str(refusal.value)
    assert "se" not in str(refusal.value).replace("several", "").replace("sentinel", "")


def test_sentinels_are_asked_where_the_master_is():
    one = read(
        "redis", "rediss+sentinel://ada:s%40fe@one,two:26380,[::1]/main/3?sentinel_password=x&ssl_cert_reqs=none"
    )
    assert one.host["sentinels"] == [("one", 26379), ("two", 26380), ("::1", 26379)]
    assert (one.host["master_name"], one.host["db"], one.host["ssl"]) == ("main", 3, True)
    assert (one.host["username"], one.host["password"], one.host["ssl_cert_reqs"]) == ("ada", "s@fe", "none")
    assert one.host["sentinel_kwargs"]["password"] == "x"


@pytest.mark.parametrize(
    "url", ["redis://:p@h/1", "rediss://u:p@h:6380/0?ssl_ca_certs=/etc/ca.pem", "unix:///run/redis.sock?db=1"]
)
def test_one_server_is_taken_by_its_url(url):
    assert read("redis", url).host == {"address": url}


@pytest.mark.parametrize("url", ["nonsense", "smtp://", "imap://host", "smtp://u:secret@h:x"])
def test_an_invalid_mail_server_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match=r"EMAIL_URL must be smtp\+tls://") as refusal:
        find_mailer(Environment({"EMAIL_URL": url}))
    assert "secret" not in str(refusal.value)


def test_an_empty_value_counts_as_not_set():
    assert read("text", " ", default="Hubbub") == "Hubbub"
    assert read("switch", "", default=True) is True
    assert read("number", "", default=60) == 60
    assert read("redis", "") is None
    assert read("database", "", default=Path("/data/a#b?.sqlite3"))["NAME"] == "/data/a#b?.sqlite3"


def test_names_may_have_spaces_between_them():
    assert read("texts", "a.example.org, b.example.org,") == ["a.example.org", "b.example.org"]


def test_options_in_the_database_url_are_kept():
    assert read("database", "postgres://u:p@h/n?sslmode=require", default=Path())["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "url, wanted",
    [
        ("postgresql://u@h:5433/n", {"USER": "u", "HOST": "h", "PORT": "5433", "NAME": "n"}),
        ("postgres://u:a%2Fb%25@h/n", {"PASSWORD": "a/b%", "PORT": ""}),
        ("postgres://u@%2Fvar%2Frun%2Fpostgresql/n", {"HOST": "/var/run/postgresql", "NAME": "n"}),
        ("postgres:///n?host=/run&port=5433", {"HOST": "/run", "PORT": "5433", "USER": ""}),
        ("postgres://u@/n?host=/run", {"HOST": "/run"}),
        ("postgres://u@[::1]:5433/n", {"HOST": "::1", "PORT": "5433"}),
        (
            "postgres://u:p@one,two:5433/n?target_session_attrs=read-write&sslmode=verify-full",
            {
                "HOST": "one,two",
                "PORT": ",5433",
                "OPTIONS": {"target_session_attrs": "read-write", "sslmode": "verify-full"},
            },
        ),
        ("postgres://u@one,two/n", {"HOST": "one,two", "PORT": ""}),
        ("postgres://u@h/n?options=-c%20search_path%3Dchat", {"OPTIONS": {"options": "-c search_path=chat"}}),
        (
            "postgres://u@h/n?connect_timeout=9&application_name=chat",
            {"OPTIONS": {"connect_timeout": "9", "application_name": "chat"}},
        ),
    ],
)
def test_a_database_is_where_postgresqls_own_programs_find_it(url, wanted):
    found = read("database", url, default=Path())
    assert {name: found[name] for name in wanted} == wanted


def test_a_folder_is_made(tmp_path):
    assert read("folder", str(tmp_path / "a" / "b"), default=Path()).is_dir()


def test_mail_goes_to_the_server_in_the_url():
    assert "console" in find_mailer(Environment({}))["BACKEND"]
    options = find_mailer(Environment({"EMAIL_URL": "smtp+tls://ada:s%40fe@mail.example.org"}))["OPTIONS"]
    assert (options["host"], options["port"], options["use_tls"]) == ("mail.example.org", 587, True)
    assert (options["username"], options["password"]) == ("ada", "s@fe")


@pytest.mark.parametrize(
    "hosts, https, url",
    [
        (["chat.example.org", "10.0.0.7"], True, "https://chat.example.org"),
        ([".example.org"], True, "https://example.org"),
        (["*", "chat.example.org"], True, "https://chat.example.org"),
        (["chat.example.org"], False, "http://chat.example.org"),
        (["localhost", "127.0.0.1"], False, "http://localhost:8000"),
        ([], True, "http://localhost:8000"),
    ],
)
def test_the_site_is_where_its_first_host_is(hosts, https, url):
    assert find_site_url(hosts, https=https) == url
    assert read("site_url", "", default=url) == url
    assert read("site_url", "https://chat.example.org:8443/", default=url) == "https://chat.example.org:8443"
