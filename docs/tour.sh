# shellcheck shell=bash
# Helpers of the tours in the README, in docs/tour-*.md and in docs/api-guide.md; to be sourced at the root of the repository.
# They need curl, jq and openssl.

VPTEX=${VPTEX:-target/demo/vptex}
TOUR=$(mktemp -d)

# start: a server with demonstration data on a free port; its letters become files.
start() {
  "$VPTEX" serve --demo --data-dir "$TOUR/data" --listen 127.0.0.1:0 --set metrics_listen=off "$@" \
    >"$TOUR/out" 2>"$TOUR/log" &
  SERVER=$!
  until grep -qs ' serving addr=' "$TOUR/log"; do
    kill -0 "$SERVER" 2>/dev/null || {
      echo "the server ended:" >&2
      cat "$TOUR/log" >&2
      return 1
    }
    sleep 0.2
  done
  API=http://$(sed -n 's/.* serving addr=//p' "$TOUR/log")/api/v1
}

# demo_password EMAIL: what the server told of a demonstration account.
demo_password() { sed -n "s/^  $1  *//p" "$TOUR/out"; }

# sign_in NAME EMAIL PASSWORD [NEW-PASSWORD]: a session, under a name of the tour's own.
sign_in() {
  local body
  body=$(jq -n --arg email "$2" --arg password "$3" --arg new "${4:-}" \
    '{$email, $password} + if $new == "" then {} else {new_password: $new} end')
  curl -sS -H 'content-type: application/json' -d "$body" "$API/sessions" >"$TOUR/$1.json"
  printf '%s' "${4:-$3}" >"$TOUR/$1.password"
}

# token NAME: an access token that is good now; they last two minutes (officers) or five.
token() {
  jq '{refresh_token}' "$TOUR/$1.json" |
    curl -sS -H 'content-type: application/json' -d @- "$API/sessions/refresh" >"$TOUR/next.json"
  mv "$TOUR/next.json" "$TOUR/$1.json"
  jq -r .access_token "$TOUR/$1.json"
}

# totp SECRET: what an authenticator app shows (RFC 6238).
totp() {
  local key mac
  key=$(printf '%s' "$1" | base32 -d | od -An -v -tx1 | tr -d ' \n')
  # shellcheck disable=SC2059 # The bytes are written as what printf takes for them.
  mac=$(printf "$(printf '%016x' $(($(date +%s) / 30)) | sed 's/../\\x&/g')" |
    openssl dgst -sha1 -mac HMAC -macopt "hexkey:$key" | sed 's/.*= //')
  printf '%06d\n' $(((16#${mac:$((16#${mac:39:1} * 2)):8} & 0x7fffffff) % 1000000))
}

# enrol NAME: sets up the second factor, without which an officer reaches nothing else; keeps the recovery codes.
enrol() {
  local secret
  secret=$(call "$1" POST /me/second-factor 2>/dev/null | jq -r .secret)
  call "$1" POST /me/second-factor/confirmation "{\"code\": \"$(totp "$secret")\"}" | jq -r '.recovery_codes[]' >"$TOUR/$1.codes"
}

# fresh NAME: proves who one is once more, for what asks for a sign-in of the last five minutes.
fresh() {
  local code=''
  if [[ -s $TOUR/$1.codes ]]; then
    code=$(head -n 1 "$TOUR/$1.codes")
    sed -i 1d "$TOUR/$1.codes"
  fi
  jq -n --arg password "$(cat "$TOUR/$1.password")" --arg code "$code" \
    '{$password} + if $code == "" then {} else {$code} end' >"$TOUR/fresh.json"
  call "$1" POST /sessions/current/step-up "$(cat "$TOUR/fresh.json")" >/dev/null
}

# call NAME METHOD PATH [BODY [VERSION]]: a request of somebody's, `-` for anybody; tells the status, then the answer.
# VERSION becomes If-Match. A BODY that begins with @ is a file.
call() {
  local options=(-sS -X "$2" -w '%{stderr}'"$2 $3: "'%{http_code}\n')
  [[ $1 == - ]] || options+=(-H "authorization: Bearer $(token "$1")")
  [[ -z ${4:-} ]] || options+=(--data-binary "$4" -H "content-type: ${TYPE:-application/json}")
  [[ -z ${5:-} ]] || options+=(-H "if-match: \"$5\"")
  curl "${options[@]}" "$API$3"
}

# await WORD COMMAND…: repeats a command until its answer has a word in it, for what comes a moment later.
await() {
  local answer=''
  for _ in {1..60}; do
    answer=$("${@:2}" 2>"$TOUR/awaited")
    [[ $answer == *"$1"* ]] && break
    sleep 0.3
  done
  cat "$TOUR/awaited" >&2
  printf '%s\n' "$answer"
}

# letter ADDRESS WORD: the newest letter to an address that has a word in it, as its reader sees it.
letter() { await "$2" newest_letter "$1"; }
newest_letter() {
  local file
  file=$(grep -ls "^To:.*$1" "$TOUR"/data/mail/*.eml | tail -n 1)
  [[ -z $file ]] || tr -d '\r' <"$file" | sed -n '/^Content-Type: text\/plain/,/^--/p' | grep -v '^-\|^Content-\|^$' |
    base64 -d | tr -d '\r'
}
