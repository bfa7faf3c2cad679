#!/usr/bin/env bash
# The quarter that the Department reported on 11 March 2026: 3 certificates of extension, amendment or supplement, 22 opinions on the
# technology of projects, 13 products whose protection was supported. All of it is entered through the HTTP API of a fresh server,
# and read back in the reports (docs/periodic-reports.md). Ends with an error where a figure differs.
#
# Events happen when they are entered, so that it is the quarter of today. Needs what docs/tour.sh needs; VPTEX is the program.
set -euo pipefail
cd "$(dirname "$0")/.."
. docs/tour.sh
trap 'kill "$SERVER" 2>/dev/null || true; wait "$SERVER" 2>/dev/null || true; rm -rf "$TOUR"' EXIT

AMENDED=3 OPINIONS=22 SUPPORTED=13
start --set rate_limits=off
TODAY=$(TZ=Asia/Ho_Chi_Minh date +%F)
MONTH=$(TZ=Asia/Ho_Chi_Minh date +%-m)
QUARTER=${TODAY%%-*}-Q$(((MONTH + 2) / 3))

# ask WHO METHOD PATH [BODY [VERSION]]: as call, but a refusal ends the script.
ask() {
  call "$@" >"$TOUR/answer" 2>"$TOUR/status"
  if ! grep -q ': 20[01]$' "$TOUR/status"; then
    cat "$TOUR/status" "$TOUR/answer" >&2
    return 1
  fi
  cat "$TOUR/answer"
}

# begin WHO BODY; step WHO EVENT [WITH]: a dossier, and what is done to it.
begin() { ask "$1" POST /dossiers "$2" >"$TOUR/dossier"; }
step() {
  local id version body
  id=$(jq -r .id "$TOUR/dossier") version=$(jq -r .version "$TOUR/dossier")
  body=$(jq -n --arg event "$2" --argjson with "${3:-null}" '{$event} + ($with // {})')
  ask "$1" POST "/dossiers/$id/events" "$body" "$version" >"$TOUR/next-dossier"
  mv "$TOUR/next-dossier" "$TOUR/dossier"
}

# An officer who handles dossiers, and another one who signs.
sign_in officer officer@demo.vptex.example "$(demo_password officer@demo.vptex.example)"
enrol officer
"$VPTEX" officer create --data-dir "$TOUR/data" --email ha@so.example --name 'Lê Thu Hà' \
  --permission handle_dossiers --permission sign_certificates >"$TOUR/ha.txt"
sign_in ha ha@so.example "$(sed -n 's/^one-time password: //p' "$TOUR/ha.txt")" 'mưa rơi trên mái ngói'
enrol ha
sign_in owner owner@demo.vptex.example "$(demo_password owner@demo.vptex.example)"
ENTERPRISE=$(ask owner GET /me | jq -r .enterprise.id)
TAX_CODE=$(ask owner GET "/enterprises/$ENTERPRISE" | jq -r .tax_code)

# What the contract says, with all that the law asks for.
CONTENT=$(jq -n --arg tax_code "$TAX_CODE" '{
  transferor: {name: "Nakamura Seiki K.K.", country: "JP", address: "Osaka", representative: "Nakamura Ken"},
  transferee: {name: "Công ty TNHH Cơ khí Sông Thao", $tax_code, country: "VN", commune_code: "07900", economic_type: "non_state",
    address: "Khu 5, phường Việt Trì", representative: "Nguyễn Thị Lan"},
  direction: "inbound", form: "independent", technology_status: "normal", parties_are_related: false,
  contract: {ends_on: "2031-12-31", effect: "Từ ngày được cấp Giấy chứng nhận", place: "Phú Thọ"},
  technology: {name: "Công nghệ sấy lúa tầng sôi", objects: ["know_how"], products: "Lúa sấy", standards: "TCVN 8370",
    rights: ["non_exclusive_use"], methods: ["training"], fields: ["food.drying"]},
  money: {vnd_value: 7500000000, payment_methods: ["lump_or_instalments"]},
  terms: {rights_and_duties: "Điều 4", schedule: "12 tháng", warranty: "24 tháng", penalties: "8 %", liability: "Điều 9",
    dispute_body: "VIAC"},
  project: {name: "Nhà máy sấy", investor: "Công ty TNHH Cơ khí Sông Thao", group: "B", requesting_body: "Sở Tài chính",
    decided_by: "provincial", vsic: {version: "2025", code: "10612"}, country: "VN", economic_type: "non_state"},
  appraisal: {fitness: "Phù hợp quy mô dự án", proof_of_use: "Đã dùng ở Nhật Bản từ 2015", training: "Đào tạo 12 người",
    conditions: "Có nguồn điện ba pha", environment: "Bụi được lọc", transfers_technology: false, claims_high_technology: false,
    products: "Lúa sấy theo TCVN 8370", materials: "Trấu của vùng, đủ cho cả năm", costs: "Công nghệ và thiết bị 6 tỷ đồng"},
  support: {product: "Bưởi Đoan Hùng", right: "Nhãn hiệu chứng nhận"},
  attachments: (["application", "contract", "amendment", "explanation"] | map({document: ., form: "original"}))
}')

# The base registrations are old papers of a Department that was succeeded; each is extended, amended or supplemented.
for number in $(seq "$AMENDED"); do
  paper=$(jq -n --argjson content "$CONTENT" --arg number "0$number/2023/CNĐKCGCN-SKHCN" '{
    kind: "registration", authority: "SKHCN-VP", authority_name: "Sở Khoa học và Công nghệ tỉnh Vĩnh Phúc", place: "Vĩnh Phúc",
    $number, issued_on: "2023-05-16", contract_signed_on: "2023-04-03", signer_name: "Trần Văn Hòa", signer_title: "Giám đốc", $content}')
  old=$(ask ha POST /certificates "$paper" | jq -r .number)
  kinds=$(jq -n --argjson number "$number" '[["extension"], ["amendment", "supplement"], ["extension", "amendment"]][$number - 1]')
  begin officer "$(jq -n --argjson content "$CONTENT" --argjson kinds "$kinds" --arg old "$old" --arg given_on "$TODAY" '{
    procedure: "AMD", $given_on, content: ($content + {contract: {}, money: {}, amendment: ({certificate_number: $old, $kinds,
      changes: ([{clause: "Điều 3", before: "2031", after: "2036"}]
        + if $kinds | index("supplement") then [{clause: "Điều 3a", after: "Bên giao cử chuyên gia."}] else [] end)}
      + if $kinds | index("extension") then {new_ends_on: "2036-12-31"} else {} end)})}')"
  step officer submit
  step officer accept_complete
  ask officer PUT "/dossiers/$(jq -r .id "$TOUR/dossier")/proposal" '{"event": "issue"}' "$(jq -r .version "$TOUR/dossier")" >"$TOUR/next-dossier"
  mv "$TOUR/next-dossier" "$TOUR/dossier"
  step ha issue
  jq -r '"certificate \(.certificate.number)"' "$TOUR/dossier"
done

for number in $(seq "$OPINIONS"); do
  procedure=OPN_POLICY with='{}'
  ((number <= 15)) || procedure=OPN_DECISION
  [[ $procedure == OPN_DECISION ]] || with=$(jq -n --arg given_on "$TODAY" '{$given_on}')
  begin officer "$(jq -n --argjson content "$CONTENT" --arg procedure "$procedure" --argjson with "$with" '{$procedure, $content} + $with')"
  step officer issue_opinion "$(jq -n --arg letter_number "$((500 + number))/SKHCN-QLCN" --arg letter_on "$TODAY" \
    '{ground: "AGREE", note: "Công nghệ phù hợp.", $letter_number, $letter_on}')"
done
echo "opinions $OPINIONS"

for _ in $(seq "$SUPPORTED"); do
  begin officer "$(jq -n --argjson content "$CONTENT" '{procedure: "IP_SUPPORT", $content}')"
  step officer submit
  step officer accept
  step officer complete '{"note": "Đã nộp đơn đăng ký nhãn hiệu chứng nhận."}'
done
echo "products $SUPPORTED"

# Reads back.
report() { ask officer GET "/periodic-reports/preview?form=$1&period=$QUARTER" >"$TOUR/$1.report"; }
figure() {
  jq -r --arg row "$2" --arg column "$3" \
    '[.columns[].code] as $columns | .rows[] | select(.code == $row) | .figures[$columns | index($column)].value' "$TOUR/$1.report"
}
DIFFERS=0
# same WHAT FORM ROW COLUMN EXPECTED
same() {
  local seen
  seen=$(figure "$2" "$3" "$4")
  printf '%-10s %-6s %-10s %8s  %s\n' "$2" "$3" "$4" "$seen" "$1"
  if [[ $seen != "$5" ]]; then
    echo "  expected $5" >&2
    DIFFERS=1
  fi
}
for form in briefing a_iv_11 bieu_07; do report "$form"; done
echo "quarter $QUARTER"
same 'thẩm định, cho ý kiến công nghệ dự án đầu tư' briefing S3 period "$OPINIONS"
same 'Giấy chứng nhận gia hạn, sửa đổi, bổ sung' briefing S5 period "$AMENDED"
same 'sản phẩm được hỗ trợ bảo hộ' briefing S8 period "$SUPPORTED"
same 'sửa đổi, bổ sung' a_iv_11 25 5 2
same 'giá trị sửa đổi, bổ sung (triệu đồng)' a_iv_11 25 6 15000
same 'gia hạn' a_iv_11 25 7 1
same 'giá trị gia hạn (triệu đồng)' a_iv_11 total 8 7500
same 'cấp mới' a_iv_11 total 3 0
same 'dự án được thẩm định' bieu_07 01 value "$OPINIONS"
same 'dự án có vốn ngoài nhà nước' bieu_07 03 value "$OPINIONS"
same 'dự án chế biến thực phẩm' bieu_07 05.10 value "$OPINIONS"
same 'dự án của nhà đầu tư trong nước' bieu_07 06.VN value "$OPINIONS"
same 'hợp đồng được đăng ký, cấp phép' bieu_07 07 value 0
jq -r '.sentences[]' "$TOUR/briefing.report"
exit "$DIFFERS"
