"""As whom schemathesis calls the exchange: docs/contract.md.

CONTRACT_CALLER is `nobody`, `owner` or `officer`, and CONTRACT_PEOPLE the file that people.py wrote.
"""

import json
import os
import sys
import zlib

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData
from schemathesis.openapi.checks import RejectedPositiveData

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from people import Person  # noqa: E402

CALLER = os.environ["CONTRACT_CALLER"]
# Of a hundred cases of the coverage phase, which are most of all calls, so many are kept, of every operation alike.
SHARE = int(os.environ.get("CONTRACT_SHARE", "100"))
SEED = os.environ.get("CONTRACT_SEED", "1")
# Of parameters a schema tells how long they are, and not which words they know: lists of codes, days, cursors, tags of versions; and
# of the token of a letter not whether there is such a letter.
REFUSED_FOR_A_VALUE = {"invalid_query", "invalid_cursor", "invalid_header", "invalid_proof"}
# What cannot be read here matches nothing, which is only slower; it is never worth a refusal (RFC 9110, 13.1.2).
NEVER_REFUSED = {"if-none-match"}


@schemathesis.hook
def filter_case(context, case):
    """Chooses by the case itself and the seed, so that the same are chosen again, and by another seed others."""
    if SHARE >= 100 or case.meta is None or not isinstance(case.meta.phase.data, CoveragePhaseData):
        return True
    parts = (SEED, case.method, case.path, case.path_parameters, case.query, case.headers, case.body)
    return zlib.crc32(repr(parts).encode("utf-8", "surrogatepass")) % 100 < SHARE


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """What fits the description may be refused for a value of a parameter, but is never malformed."""
    if isinstance(failure, RejectedPositiveData) and response.status_code == 400:
        return json.loads(response.content).get("code") not in REFUSED_FOR_A_VALUE
    if isinstance(failure, AcceptedNegativeData) and case.meta is not None:
        data = case.meta.phase.data
        is_header = getattr(data, "parameter_location", None) == ParameterLocation.HEADER
        return not (is_header and str(getattr(data, "parameter", "")).lower() in NEVER_REFUSED)
    return True


if CALLER != "nobody":
    with open(os.environ["CONTRACT_PEOPLE"], encoding="utf-8") as file:
        told = json.load(file)

    def keep():
        with open(os.environ["CONTRACT_PEOPLE"], "w", encoding="utf-8") as file:
            json.dump(told, file)

    person = Person(told["api"], told["people"][CALLER], keep)

    @schemathesis.auth(refresh_interval=None, retry_on=[])
    class SignedIn:
        def get(self, case, context):
            return person.bearer()

        def set(self, case, token, context):
            case.headers = case.headers or {}
            case.headers["Authorization"] = f"Bearer {token}"

    @schemathesis.hook
    def after_call(context, case, response):
        """Notices that the session was ended, by this call or by one before."""
        if response.status_code == 401 and b'"invalid_token"' in (response.content or b""):
            if response.request.headers.get("Authorization") == f"Bearer {person.token}":
                person.token = None
