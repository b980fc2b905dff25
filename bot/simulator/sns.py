"""What a web page's server may call under /sns, with the code and the tokens of one visitor.

None of it wants the account's access token, and none takes it.
"""

from typing import Any, Final

from bot.simulator.calls import OK, Answer, Call, Endpoint
from bot.simulator.errors import ApiError
from bot.simulator.oauth import Leave, Scope
from bot.simulator.platform import Platform
from bot.simulator.tokens import check_app_id, check_credentials


def _access_token(platform: Platform, call: Call) -> Answer:
    check_credentials(platform.account, call.query.get("appid"), call.query.get("secret"))
    if call.query.get("grant_type") != "authorization_code":
        raise ApiError(40002)
    leave = platform.oauth.redeem(_given(call, "code", 41008), platform.clock())
    return _shown(platform, leave) | ({"is_snapshotuser": 1} if leave.visitor.is_snapshot else {})


def _refresh_token(platform: Platform, call: Call) -> Answer:
    check_app_id(platform.account, call.query.get("appid"))
    if call.query.get("grant_type") != "refresh_token":
        raise ApiError(40002)
    return _shown(platform, platform.oauth.renew(_given(call, "refresh_token", 41003), platform.clock()))


def _userinfo(platform: Platform, call: Call) -> Answer:
    """Tell what may be told since 2021: ids. Names and faces are asked for in the page."""
    leave = _leave(platform, call)
    if leave.scope != Scope.USERINFO:
        raise ApiError(48001)
    return {"openid": leave.visitor.openid, **_union_id(leave)}


def _auth(platform: Platform, call: Call) -> Answer:
    _leave(platform, call)
    return OK


def _leave(platform: Platform, call: Call) -> Leave:
    token = _given(call, "access_token", 41001)
    return platform.oauth.check(token, _given(call, "openid", 41009), platform.clock())


def _given(call: Call, name: str, missing: int) -> str:
    value = call.query.get(name)
    if not value:
        raise ApiError(missing)
    return value


def _shown(platform: Platform, leave: Leave) -> dict[str, Any]:
    return {
        "access_token": leave.access_token,
        "expires_in": int((leave.expires_at - platform.clock()).total_seconds()),
        "refresh_token": leave.refresh_token,
        "openid": leave.visitor.openid,
        "scope": leave.scope,
        **(_union_id(leave) if leave.scope == Scope.USERINFO else {}),
    }


def _union_id(leave: Leave) -> dict[str, str]:
    return {"unionid": leave.visitor.union_id} if leave.visitor.union_id else {}


SNS: Final[dict[str, Endpoint]] = {
    "/sns/oauth2/access_token": Endpoint("GET", _access_token, needs_token=False),
    "/sns/oauth2/refresh_token": Endpoint("GET", _refresh_token, needs_token=False),
    "/sns/userinfo": Endpoint("GET", _userinfo, needs_token=False),
    "/sns/auth": Endpoint("GET", _auth, needs_token=False),
}
