"""Login at an OpenID Connect provider: the code flow with PKCE, state and nonce.

What comes back is trusted only when everything fits: the state is one that this browser began with and that
wasn't used yet, the code was changed for a token by this server itself, and the ID token is signed by the
provider for this client, in time, with the nonce of this very login.
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from viva.app.accounts import Flow
from viva.doors.web._problems import Refused
from viva.exceptions import InputError, UsageError

SCOPE = "openid profile email"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key pair; never none, and never a secret that both sides hold."""
KEEP_SECONDS = 3600.0
TIMEOUT_SECONDS = 10.0
LEEWAY_SECONDS = 60


class OidcSettings(BaseSettings):
    """The provider, from ``VIVA_OIDC_…`` in the environment."""

    model_config = SettingsConfigDict(env_prefix="VIVA_OIDC_", frozen=True, extra="ignore")

    issuer: str = ""
    """Its address, as in its ID tokens; empty means there is none."""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    name: str = "your organisation"
    """What the login page calls it."""
    sign_up: bool = True
    """May someone whom the provider knows come in, as a candidate, without an invitation?"""


@dataclass(frozen=True)
class Identity:
    """Whom a provider vouches for."""

    issuer: str
    subject: str
    name: str


class LoginFailed(Refused):
    """The login at the provider came to nothing."""

    def __init__(self, why: str) -> None:
        """Refuse with 400 and why."""
        super().__init__(400, f"{why}; begin again at the login page")


@dataclass(frozen=True)
class Provider:
    """One OpenID Connect provider."""

    settings: OidcSettings
    callback: str
    """Our own address that the provider sends browsers back to."""
    _known: dict[str, tuple[float, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Raises UsageError for settings that won't do, or without the extra."""
        _need_extra()
        place = urlsplit(self.settings.issuer)
        local = place.hostname in ("127.0.0.1", "localhost", "::1")
        if place.scheme != "https" and not (place.scheme == "http" and local):
            raise UsageError(f"VIVA_OIDC_ISSUER: found {self.settings.issuer!r}; wanted: an https address")
        if not self.settings.client_id:
            raise UsageError(
                "VIVA_OIDC_CLIENT_ID is empty; wanted: the id that the provider gave this server"
            )

    def address(self, flow: Flow) -> str:
        """Where the browser goes to log in. Raises Refused (503) when the provider isn't there."""
        proof = hashlib.sha256(flow.verifier.encode("ascii")).digest()
        asked = {
            "response_type": "code", "client_id": self.settings.client_id, "redirect_uri": self.callback,
            "scope": SCOPE, "state": flow.state, "nonce": flow.nonce, "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(proof).decode("ascii").rstrip("="),
        }  # fmt: skip
        where = self._metadata("authorization_endpoint")
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    def identify(self, flow: Flow, code: str) -> Identity:
        """Whom the provider vouches for. Raises LoginFailed, and Refused (503) when it isn't there."""
        claims = self._claims(self._id_token(flow, code), flow.nonce)
        named = next((claims[n] for n in ("preferred_username", "name", "email") if claims.get(n)), None)
        return Identity(self.settings.issuer, str(claims["sub"]), str(named or claims["sub"])[:80])

    def _id_token(self, flow: Flow, code: str) -> str:
        """Change the code for an ID token, as this client (RFC 6749, 2.3.1 and 4.1.3)."""
        import httpx

        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.callback,
            "code_verifier": flow.verifier, "client_id": self.settings.client_id,
        }  # fmt: skip
        where, secret = self._metadata("token_endpoint"), self.settings.client_secret.get_secret_value()
        auth = (quote(self.settings.client_id, safe=""), quote(secret, safe="")) if secret else None
        try:
            answer = httpx.post(where, data=form, auth=auth, timeout=TIMEOUT_SECONDS)
            found = answer.json()
        except httpx.HTTPError as error:
            raise _unreachable(error) from None
        except ValueError:
            raise LoginFailed("the provider's answer can't be read") from None
        if answer.status_code != 200 or not isinstance(found, dict):
            raise LoginFailed("the provider didn't take the code")
        if not isinstance(found.get("id_token"), str):
            raise LoginFailed("the provider's answer holds no ID token")
        return str(found["id_token"])

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        for fresh in (False, True):
            try:
                decoded = jwt.decode(token, self._keys(fresh), algorithms=ALGORITHMS)
                self._check(decoded.claims, nonce)
            except InvalidKeyIdError:
                if fresh:
                    raise LoginFailed("the ID token is signed by a key that isn't the provider's") from None
            except (JoseError, ValueError) as error:
                raise LoginFailed(f"the ID token doesn't hold ({type(error).__name__})") from None
            else:
                return decoded.claims
        raise AssertionError

    def _check(self, claims: Mapping[str, Any], nonce: str) -> None:
        from joserfc.jwt import JWTClaimsRegistry

        registry = JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        registry.validate(dict(claims))
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.settings.client_id) != self.settings.client_id:
            raise LoginFailed("the ID token was made for another client")

    def _keys(self, fresh: bool) -> Any:
        from joserfc.jwk import KeySet

        try:
            return KeySet.import_key_set(self._fetch(self._metadata("jwks_uri"), fresh=fresh))
        except (ValueError, KeyError, TypeError):
            raise LoginFailed("the provider's keys can't be read") from None

    def _metadata(self, name: str) -> str:
        """One entry of the provider's own description. Raises Refused (503)."""
        issuer = self.settings.issuer
        found = self._fetch(issuer.rstrip("/") + "/.well-known/openid-configuration")
        value = found.get(name)
        if found.get("issuer") != issuer or not isinstance(value, str):
            raise Refused(503, f"the login provider at {issuer} describes itself as something else")
        return value

    def _fetch(self, where: str, *, fresh: bool = False) -> Any:
        """A JSON document of the provider's, kept for an hour."""
        import httpx

        with self._lock:
            at, found = self._known.get(where, (0.0, None))
        if found is not None and not fresh and time.monotonic() - at < KEEP_SECONDS:
            return found
        try:
            found = httpx.get(where, timeout=TIMEOUT_SECONDS).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise _unreachable(error) from None
        if not isinstance(found, dict):
            raise _unreachable(TypeError("no object"))
        with self._lock:
            self._known[where] = (time.monotonic(), found)
        return found


def provider_from(settings: OidcSettings, address: str) -> Provider | None:
    """The provider of the settings, or None. Raises UsageError, InputError."""
    if not settings.issuer:
        return None
    if not address:
        raise InputError("a login provider needs this server's own address: give --url")
    return Provider(settings, f"{address}/login/oidc/callback")


def _need_extra() -> None:
    try:
        import httpx  # noqa: F401
        import joserfc  # noqa: F401
    except ImportError:
        raise UsageError("login at a provider needs the extra: pip install 'vivavoce[server]'") from None


def _unreachable(error: Exception) -> Refused:
    return Refused(503, f"the login provider can't be reached ({type(error).__name__}); try again in a while")
