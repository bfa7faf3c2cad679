//! What messages say of values that have not the form that they should have.

mod days;

/// What to say when a value has not the form that it should have.
pub(super) fn malformed(what: &str) -> (&'static str, &'static str) {
    match what {
        "boolean" => ("Phải là true hoặc false.", "Must be true or false."),
        "choice" => (
            "Không phải một trong các giá trị cho phép.",
            "Not one of the allowed values.",
        ),
        "consent_purpose" => (
            "Mục đích này không dựa trên sự đồng ý.",
            "This purpose does not rest on consent.",
        ),
        "file_order" => (
            "Phải nêu mỗi tệp của tin đúng một lần.",
            "Must name each file of the listing once.",
        ),
        "thumbnail_size" => ("Phải là 160, 480 hoặc 1280.", "Must be 160, 480 or 1280."),
        "current_policy" => (
            "Phải là phiên bản văn bản đang có hiệu lực hoặc đã công bố.",
            "Must be a version that is in force or announced.",
        ),
        "base64" => (
            "Phải là nội dung tệp mã hóa base64.",
            "Must be the file's content in base64.",
        ),
        "email" => ("Địa chỉ thư điện tử không hợp lệ.", "Not a valid e-mail address."),
        "field_name" => ("Không có trường này.", "There is no such field."),
        "future_time" => (
            "Phải từ bây giờ trở đi và không trước phiên bản trước đó.",
            "Must not be before now, nor before the version before it.",
        ),
        "amount" => (
            "Phải là số tiền nguyên, như 185000000 hoặc 185.000.000; tiền khác đồng thì ghi mã, như 5000 USD (riêng $ là của \
             nhiều loại tiền nên không đọc).",
            "Must be a whole amount, such as 185000000 or 185,000,000; other money than đồng with its code, such as 5000 USD \
             ($ alone is of several currencies and is not read).",
        ),
        "name_in_cells" => (
            "Không được có “;” hay “|”: trong tệp, hai dấu này ngăn các tên trong một ô.",
            "Must have no “;” and no “|”: in files these part the names of a cell.",
        ),
        "cell_of_formula" => ("Ô này là lỗi công thức.", "This cell is the error of a formula."),
        "row_of_cells" => (
            "Dòng có nhiều ô hơn số cột ở dòng đầu.",
            "The row has more cells than the head has columns.",
        ),
        "foreign_country" => (
            "Tổ chức đăng ký tại Việt Nam khai mã số thuế, không khai số đăng ký ở nước ngoài.",
            "Who is registered in Việt Nam gives its tax code, and no number of a foreign register.",
        ),
        "yes_or_no" => ("Phải là “Có” hoặc “Không”.", "Must be “yes” or “no”."),
        "cell_of_texts" => (
            "Các mục cách nhau bằng dấu chấm phẩy; mục có dấu chấm phẩy thì đặt trong dấu nháy kép.",
            "Texts are parted by semicolons; one with a semicolon stands in quotes.",
        ),
        "cell_of_rights" => (
            "Mỗi quyền viết dạng “loại quyền | tình trạng | cơ quan | số đơn | số bằng | ngày nộp đơn | ngày cấp | ngày hết hạn | công khai”, các quyền cách nhau bằng dấu chấm phẩy.",
            "Each right is written “type | status | office | application number | grant number | filed on | granted on | expires on | public”, with semicolons between rights.",
        ),
        "cell_of_owners" => (
            "Mỗi chủ sở hữu viết dạng “loại chủ sở hữu | tên | tỷ lệ % | ID đơn vị trên Sàn”, các chủ sở hữu cách nhau bằng dấu chấm phẩy.",
            "Each owner is written “type | name | share in % | enterprise ID”, with semicolons between owners.",
        ),
        "cell_of_certificates" => (
            "Mỗi chứng nhận viết dạng “loại chứng nhận | số hiệu | ngày hết hạn | ID tệp”, các chứng nhận cách nhau bằng dấu chấm phẩy.",
            "Each certificate is written “scheme | number | valid to | file ID”, with semicolons between certificates.",
        ),
        "specifications" => (
            "Mỗi thông số viết dạng “tên: giá trị [đơn vị]”.",
            "Each property is written “name: value [unit]”.",
        ),
        "two_listings" => ("Phải có ít nhất hai tin.", "Must be at least two listings."),
        "trl" => ("Phải là số từ 1 đến 9.", "Must be a number from 1 to 9."),
        "import_result" => (
            "Phải là created, updated, unchanged hoặc refused.",
            "Must be created, updated, unchanged or refused.",
        ),
        "enterprise_line" => (
            "Mỗi dòng phải là một đối tượng JSON dạng {\"enterprise\": {…}}.",
            "Each line must be a JSON object of the form {\"enterprise\": {…}}.",
        ),
        "not_from_file" => (
            "Không nhận qua tệp: số định danh cá nhân do chính hộ, cá nhân khai; phần công khai do chính đơn vị chọn.",
            "Not taken from a file: personal numbers are given, and what everybody sees is chosen, by those themselves.",
        ),
        "tax_code_beginning" => (
            "Phải là mã số thuế, hoặc ít nhất 3 chữ số đầu của mã.",
            "Must be a tax code, or its first digits, three at least.",
        ),
        "registers_itself" => (
            "Hộ, cá nhân và tổ chức nước ngoài tự đăng ký trên Sàn; tệp chỉ nhận đơn vị có mã số thuế.",
            "Households, individuals and foreign organisations register themselves; a file has those with a tax code only.",
        ),
        "import_line" => (
            "Dòng phải là đối tượng JSON có external_id và listing.",
            "The line must be a JSON object with external_id and listing.",
        ),
        "settled_inquiry" => (
            "Phải là phiếu bày tỏ quan tâm mà doanh nghiệp là một bên và hai bên đã thống nhất.",
            "Must be an inquiry of which your enterprise is a side, and on which both agreed.",
        ),
        "identifier" => ("Phải là mã định danh UUID.", "Must be a UUID."),
        "list_code" => (
            "Không đúng dạng mã của danh mục này.",
            "Not of the form that codes of this list have.",
        ),
        "other_year" => ("Phải là ngày của năm này.", "Must be a day of this year."),
        "calendar_date" => (
            "Phải là ngày dạng 2026-02-13, từ năm 2018 đến năm 2100.",
            "Must be a date such as 2026-02-13, from 2018 to 2100.",
        ),
        "rests_anyway" => (
            "Ngày này vốn là ngày nghỉ hằng tuần; chỉ ghi ngày khác với thứ của nó, và ngày lễ.",
            "A day of weekly rest anyway; only days that are not as their weekday is are told, and holidays.",
        ),
        "worked_anyway" => (
            "Ngày này vốn là ngày làm việc; làm bù chỉ vào ngày nghỉ hằng tuần.",
            "A working day anyway; what is made up for is worked on days of weekly rest.",
        ),
        "list" => ("Phải là danh sách.", "Must be a list."),
        "grant_term" => (
            "Phải sau bây giờ và trong vòng 730 ngày.",
            "Must be after now, within 730 days.",
        ),
        "keyword" => ("Không được có dấu chấm phẩy.", "Must not have a semicolon."),
        "member" => (
            "Phải là thành viên của doanh nghiệp.",
            "Must be a member of the enterprise.",
        ),
        "merge_target" => (
            "Phải là doanh nghiệp khác đang hoạt động trên Sàn.",
            "Must be another active enterprise.",
        ),
        "number" => ("Phải là số.", "Must be a number."),
        "object" => ("Phải là đối tượng JSON.", "Must be a JSON object."),
        "interpretation" => (
            "Phải là id của một cách hiểu trong câu trả lời, dạng loại:đầu-cuối như origin:12-25.",
            "Must be the id of an interpretation in the answer, kind:start-end, as origin:12-25.",
        ),
        "vsic_code" => ("Phải gồm 2 đến 5 chữ số.", "Must have 2 to 5 digits."),
        "vsic_2018" => (
            "VSIC 2018 (Quyết định 27/2018/QĐ-TTg) không có ngành này.",
            "There is no such division in VSIC 2018 (Decision 27/2018/QĐ-TTg).",
        ),
        "vsic_2025" => (
            "VSIC 2025 (Quyết định 36/2025/QĐ-TTg) không có mã ngành này.",
            "There is no such code in VSIC 2025 (Decision 36/2025/QĐ-TTg).",
        ),
        "register_number" => ("Phải có chữ cái hoặc chữ số.", "Must have a letter or a digit."),
        "parameter_name" => ("Không có tham số này.", "There is no such parameter."),
        "part_of_whole" => ("Không được lớn hơn tổng số.", "Must not be more than the whole."),
        "percent" => (
            "Phải là số trên 0, nhiều nhất là 100, nhiều nhất hai chữ số thập phân sau dấu chấm.",
            "Must be a number above 0 and at most 100, with up to two decimals behind a point.",
        ),
        "patent_symbol" => (
            "Không phải ký hiệu phân loại sáng chế quốc tế như F26, F26B hoặc F26B 3/08.",
            "Not a symbol of the International Patent Classification such as F26, F26B or F26B 3/08.",
        ),
        "percent_encoding" => ("Mã hóa phần trăm (%) bị sai.", "The percent encoding is broken."),
        "day_of_years" => (
            "Phải là ngày trong các năm 1900–2200.",
            "Must be a day of the years 1900 to 2200.",
        ),
        "is_true" => (
            "Phải xác nhận nội dung là đúng sự thật.",
            "It must be confirmed that this is true.",
        ),
        "query_id" => (
            "Không phải mã do lượt tìm kiếm này cấp.",
            "Not given out with a search.",
        ),
        "future_day" => (
            "Phải là ngày từ hôm nay trở đi, dạng YYYY-MM-DD.",
            "Must be a day not before today, as YYYY-MM-DD.",
        ),
        "past_time" => (
            "Phải là thời điểm từ ngày 01/01/1970 đến bây giờ.",
            "Must be a time from 1970-01-01 on that is not after now.",
        ),
        "report_period" => (
            "Phải là năm (2026), quý (2026-Q1) hoặc tháng (2026-03).",
            "Must be a year (2026), a quarter (2026-Q1) or a month (2026-03).",
        ),
        "report_year" => ("Phải từ năm 1988 trở đi.", "Must not be before 1988."),
        "report_years" => (
            "Kỳ báo cáo không được dài quá năm năm.",
            "A report is of five years at the most.",
        ),
        "report_future" => (
            "Không được sau hôm nay quá một năm.",
            "Must not be more than a year from today.",
        ),
        "ended_period" => (
            "Kỳ báo cáo chưa kết thúc; chỉ công bố khi ngày cuối kỳ đã qua.",
            "The period is not over; a report is published when its last day is past.",
        ),
        "report_row" => ("Biểu mẫu không có dòng này.", "The form has no such row."),
        "report_column" => ("Biểu mẫu không có cột này.", "The form has no such column."),
        "counted_figure" => (
            "Số liệu này do Sàn tính, không nhập.",
            "The exchange counts this figure; it is not entered.",
        ),
        "whole_figure" => (
            "Phải là số nguyên không âm, viết liền, như 51.",
            "Must be a whole number that is not negative, such as 51.",
        ),
        "figure" => (
            "Phải là số không âm, nhiều nhất ba chữ số sau dấu chấm, như 17.4.",
            "Must be a number that is not negative, with three decimals at most, such as 17.4.",
        ),
        "sum_of_parts" => (
            "Phải bằng tổng các dòng chia theo của chỉ tiêu này.",
            "Must be what its parts add up to.",
        ),
        "counted_certificate" => (
            "Không có Giấy chứng nhận nào như vậy trong kỳ báo cáo.",
            "No certificate of the period has this identifier.",
        ),
        "month" => ("Phải là tháng dạng YYYY-MM.", "Must be a month as YYYY-MM."),
        "personal_id" => (
            "Số định danh cá nhân phải có 12 chữ số.",
            "A personal number has 12 digits.",
        ),
        "parent" => (
            "Phải là doanh nghiệp khác đang hoạt động trên Sàn và không thuộc chính đơn vị này.",
            "Must be another active enterprise that does not belong to this one.",
        ),
        "phone" => ("Số điện thoại không hợp lệ.", "Not a valid telephone number."),
        "share" => (
            "Phải là số phần trăm, nhiều nhất hai chữ số thập phân, như 33.33.",
            "Must be a number of per cent with two decimals at most, such as 33.33.",
        ),
        "paper_of_listing" => (
            "Phải là tài liệu (không phải ảnh minh họa) trong các tệp của chính tin này.",
            "Must be a document, and no picture, among the files of this listing.",
        ),
        "enterprise_of_exchange" => (
            "Phải là doanh nghiệp đang hoạt động trên Sàn.",
            "Must be an active enterprise of the exchange.",
        ),
        "currency" => (
            "Phải là mã tiền tệ ISO 4217 đang lưu hành, viết hoa, như VND, USD, EUR, JPY hoặc CNY.",
            "Must be the ISO 4217 code of a currency in use, in capitals, such as VND, USD, EUR, JPY or CNY.",
        ),
        "known_listing" => (
            "Không tìm thấy tin này trong phạm vi phụ trách.",
            "There is no such listing within your scope.",
        ),
        "own_listing" => (
            "Không tìm thấy tin này trong các tin của doanh nghiệp; dòng của tin khác hoặc tin mới thì để trống cột này.",
            "The enterprise has no such listing; leave this empty in the row of a new one.",
        ),
        "claimed_by" => (
            "Phải là me, nobody hoặc mã định danh của cán bộ.",
            "Must be me, nobody or the identifier of an officer.",
        ),
        "months" => ("Phải là 1 đến 24 tháng.", "Must be 1 to 24 months."),
        "field_pointer" => (
            "Phải là JSON pointer đến một trường của hồ sơ, ví dụ /title/vi.",
            "Must be a JSON pointer to a field of what was handed in, such as /title/vi.",
        ),
        "checklist_edition" => (
            "Danh mục kiểm tra đã đổi; xin mở lại (GET /api/v1/moderation/checklists).",
            "The checklist has changed; read it again (GET /api/v1/moderation/checklists).",
        ),
        "checklist_item" => (
            "Không có mục kiểm tra này (xem GET /api/v1/moderation/checklists).",
            "There is no such item (see GET /api/v1/moderation/checklists).",
        ),
        "reviewer" => (
            "Phải là cán bộ khác có quyền duyệt việc này, tài khoản đang hoạt động và đã có xác thực hai lớp.",
            "Must be another officer who may decide on this, with an open account and a second factor.",
        ),
        "facets" => (
            "Phải là tên các nhóm lọc, cách nhau bằng dấu phẩy, hoặc chỉ một trong true, false, all.",
            "Must be names of facets with commas between them, or one of true, false, all alone.",
        ),
        "quantity_range" => (
            "Phải là khoảng số kèm đơn vị, như 500..2000kg/h, 5kW.. hoặc ..380V; số thập phân dùng dấu chấm.",
            "Must be a range of numbers with a unit, such as 500..2000kg/h, 5kW.. or ..380V; decimals have a point.",
        ),
        "searchable" => (
            "Không có chữ hay số nào để tìm.",
            "Has no letter or digit that is searched for.",
        ),
        "unit" => (
            "Từ đầu tiên phải là một đơn vị đo đã biết, viết bằng ký hiệu không kèm thời gian, như kg, m3 hoặc kw.",
            "The first member must be a known unit of measurement by its symbol and without a time, such as kg, m3 or kw.",
        ),
        "built_in_group" => ("Không có nhóm từ dựng sẵn này.", "There is no such built-in group."),
        "time" => (
            "Phải là thời điểm kèm múi giờ, như 2026-11-30T08:00:00Z hoặc 2026-11-30T15:00:00+07:00.",
            "Must be a time with its offset, such as 2026-11-30T08:00:00Z or 2026-11-30T15:00:00+07:00.",
        ),
        "text" => ("Phải là văn bản.", "Must be a text."),
        "file_kind" => ("Tài liệu không phải là ảnh (picture).", "A document is no picture."),
        "video_address" => (
            "Phải là địa chỉ https:// của một video trên YouTube hoặc Vimeo.",
            "Must be the https:// address of a video on YouTube or Vimeo.",
        ),
        "web_address" => (
            "Phải là địa chỉ trang web bắt đầu bằng http:// hoặc https://.",
            "Must be a web address that begins with http:// or https://.",
        ),
        "whole_number" => (
            "Phải là số nguyên trong phạm vi cho phép.",
            "Must be a whole number within its range.",
        ),
        "limit" => (
            "Phải là số nguyên từ 1, nhiều nhất là 100 (một số nơi ít hơn).",
            "Must be a whole number from 1 to 100 (in some places less).",
        ),
        "rule_code" => (
            "Mã gồm chữ thường không dấu, chữ số và gạch dưới, bắt đầu bằng chữ, tối đa 40 ký tự.",
            "A code has small letters, digits and underscores, begins with a letter and has 40 characters at the most.",
        ),
        "procedure_code" => (
            "Mã thủ tục gồm chữ hoa, chữ số và gạch dưới, bắt đầu bằng chữ, tối đa 20 ký tự.",
            "The code of a procedure has capital letters, digits and underscores, begins with a letter and has 20 characters at the most.",
        ),
        "authority_code" => (
            "Mã cơ quan gồm chữ hoa, chữ số và gạch nối, tối đa 20 ký tự.",
            "The code of an authority has capital letters, digits and hyphens, 20 characters at the most.",
        ),
        "rule_state" => (
            "Không có trạng thái này trong bộ quy tắc.",
            "The rule set has no such state.",
        ),
        "rule_mark" => (
            "Không sự kiện nào của bộ quy tắc ghi mốc này.",
            "No event of the rule set writes down this mark.",
        ),
        "rule_document" => (
            "Không có thành phần hồ sơ này trong bộ quy tắc.",
            "The rule set has no such paper.",
        ),
        "rule_opening" => (
            "Phải có ít nhất một sự kiện lập hồ sơ (không có trạng thái trước).",
            "There must be an event that opens a dossier (one without a state before it).",
        ),
        "rule_unreachable" => (
            "Không sự kiện nào dẫn đến trạng thái này.",
            "No event leads to this state.",
        ),
        "rule_dead_end" => (
            "Không sự kiện nào đi tiếp từ trạng thái này; nếu là trạng thái cuối, hãy đặt is_final.",
            "No event leads on from this state; if nothing is to follow it, set is_final.",
        ),
        "rule_not_final" => (
            "Trạng thái cuối nhưng vẫn có sự kiện đi tiếp.",
            "Said to be the last, but an event leads on from it.",
        ),
        "rule_spent" => (
            "Mọi sự kiện đi từ trạng thái này đều có `at_most`: hồ sơ có thể mắc lại mãi; phải có ít nhất một sự kiện không giới hạn số lần.",
            "Every event that leads on from here has `at_most`: a dossier could be stuck; at least one must be without.",
        ),
        "rule_hidden_authority" => (
            "Không hồ sơ nào tới được dòng này: một dòng trên đã nhận mọi hồ sơ mà dòng này nhận.",
            "No dossier comes to this row: one above takes all that this one takes.",
        ),
        "rule_event" => ("Quy trình không có sự kiện này.", "The rule set has no such event."),
        "rule_last_authority" => (
            "Dòng cuối, và chỉ dòng cuối, không có điều kiện, để mọi trường hợp đều có cơ quan thẩm quyền.",
            "The last row, and only the last, has no condition, so that no case is left without an authority.",
        ),
        "month_day" => (
            "Phải là tháng và ngày dạng 12-31.",
            "Must be a month and a day such as 12-31.",
        ),
        "procedure" => (
            "Không có thủ tục này đang áp dụng (xem GET /api/v1/procedures).",
            "There is no such procedure in force (see GET /api/v1/procedures).",
        ),
        "dossier_event" => (
            "Thủ tục không có bước này (xem `possible` của hồ sơ).",
            "The procedure has no such event (see `possible` of the dossier).",
        ),
        "dossier_member" => (
            "Không có trường này trong nội dung hồ sơ.",
            "The content of a dossier has no such member.",
        ),
        "dossier_handler" => (
            "Phải là nobody hoặc mã định danh của cán bộ.",
            "Must be nobody, or the identifier of an officer.",
        ),
        "proposed_event" => (
            "Phải là một bước do hai cán bộ thực hiện (xem `needs_two` trong `possible`).",
            "Must be an event that two officers do (see `needs_two` of `possible`).",
        ),
        "number_template" => (
            "Mẫu số gồm đúng một {seq} (hoặc {seq:02}), một {yyyy} (nếu không có thì phải có chữ ký hiệu hoặc {authority}, và số đánh liên tục qua các năm), còn lại là chữ, số, “/”, “-”, “.”; tối đa 60 ký tự.",
            "A template has {seq} (or {seq:02}) once, {yyyy} once (without it letters or {authority}, and it is counted on over the years), and else letters, digits, \"/\", \"-\", \".\"; 60 characters at the most.",
        ),
        "certificate_number" => (
            "Không có Giấy chứng nhận nào mang số này mà bên nộp hồ sơ được gia hạn, sửa đổi, bổ sung.",
            "There is no certificate with this number that the filer can have amended.",
        ),
        "replaced_licence" => (
            "Không có Giấy phép nào mang số này mà bên nộp hồ sơ được cấp giấy phép mới thay thế.",
            "There is no licence with this number that a new one of the filer can replace.",
        ),
        "ambiguous_licence" => (
            "Có nhiều Giấy phép mang số này của các cơ quan khác nhau; hãy liên hệ Sở để xác định.",
            "Several authorities gave a licence this number; ask the Department which one is meant.",
        ),
        "paper_too_old" => (
            "Sàn chỉ ghi giấy cấp, hợp đồng ký từ ngày 01/01/1990; hãy kiểm tra lại năm.",
            "Only papers and contracts of 1 January 1990 and later are entered; look at the year again.",
        ),
        "authority_of_kind" => (
            "Cơ quan này không cấp loại giấy đó: Giấy chứng nhận do Sở (hoặc Bộ), Giấy phép do Ủy ban nhân dân cấp tỉnh (hoặc Bộ) cấp.",
            "This authority does not issue such papers: certificates come from a Department (or the Ministry), licences from a People's Committee of a province (or the Ministry).",
        ),
        "amending_authority" => (
            "Ngày đó cơ quan này không phải cơ quan đã cấp giấy được sửa đổi, cũng chưa kế thừa cơ quan đó (Luật CGCN Đ.33.1).",
            "On that day this authority was neither the one that issued what is amended nor its successor (Luật CGCN Đ.33.1).",
        ),
        "amended_certificate" => (
            "Phải là Giấy chứng nhận gốc được cấp trước khi có Sàn, chưa bị hủy bỏ và không cấp sau Giấy chứng nhận này.",
            "Must be the first certificate of a chain that was entered, not annulled and not issued after this one.",
        ),
        "succeeded_authority" => (
            "Cơ quan này đã được cơ quan khác kế thừa trước ngày đó nên không còn cấp giấy.",
            "Another authority had taken this one's place by that day: it issued nothing any more.",
        ),
        "rule_no_place" => (
            "Quy trình có cấp giấy nên ít nhất một cơ quan phải có nơi ký (`place`).",
            "Something is issued, so at least one authority must have a place where it signs (`place`).",
        ),
        "ambiguous_certificate" => (
            "Có nhiều Giấy chứng nhận mang số này của các cơ quan khác nhau; hãy liên hệ Sở để xác định.",
            "Several authorities gave this number; ask the Department which one is meant.",
        ),
        "followed_dossier" => (
            "Phải là hồ sơ của thủ tục trước, đã có kết quả mà bước này cần.",
            "Must be a dossier of the procedure before, with the outcome that this needs.",
        ),
        "readable_listing" => (
            "Phải là tin đăng về công nghệ, thiết bị mà Ông/Bà xem được.",
            "Must be a listing about a technology or equipment that you can read.",
        ),
        "receipt_day" => (
            "Phải là ngày Sở nhận giấy: không sau hôm nay, không trước bước trước đó của hồ sơ; khi nộp hồ sơ thì không quá 60 ngày trước.",
            "Must be the day on which the paper came: not after today, not before the dossier's last step, and at most 60 days ago where it is handed in.",
        ),
        "refusal_ground" => (
            "Chỉ được từ chối theo một trong ba căn cứ RESTRICTED_TECH, NO_TECH_OBJECT, ILLEGAL_CONTENT (Luật CGCN Đ.31.6).",
            "Registration is refused on RESTRICTED_TECH, NO_TECH_OBJECT or ILLEGAL_CONTENT only (Luật CGCN Đ.31.6).",
        ),
        "annulment_ground" => (
            "Chỉ được hủy bỏ hiệu lực theo BREACH_OF_CONTENT, FORGED_DOSSIER, AUTHORITY_REQUEST (Luật CGCN Đ.32.2).",
            "Annulled is on BREACH_OF_CONTENT, FORGED_DOSSIER or AUTHORITY_REQUEST only (Luật CGCN Đ.32.2).",
        ),
        "dossier_file" => (
            "Phải là một tệp của chính hồ sơ này; hãy gửi tệp trước.",
            "Must be one of this dossier's files; send the file first.",
        ),
        "paper_hash" => (
            "Chỉ cán bộ ghi mã băm của giấy tờ nộp trực tiếp; hãy gửi tệp và nêu tệp đó (`file`).",
            "Only an officer tells the digest of a paper that was brought; send the file and name it (`file`).",
        ),
        "language_code" => (
            "Phải là mã ngôn ngữ theo ISO 639-1, hai chữ cái thường như vi, en, ja, zh.",
            "Must be the code of a language (ISO 639-1) in two small letters, such as vi, en, ja, zh.",
        ),
        "ground" => (
            "Phải là một trong các căn cứ, kết quả của bước này (xem `possible` của hồ sơ).",
            "Must be one of the grounds or outcomes of this event (see `possible` of the dossier).",
        ),
        "filer" => (
            "Phải là mã số thuế của chính doanh nghiệp nộp hồ sơ: bên mà luật giao nộp.",
            "Must be the tax code of the enterprise that files, which is the party that the law names.",
        ),
        "exchange_rate" => (
            "Phải là số đồng của một đơn vị ngoại tệ như 25410.5, tối đa chín chữ số và sáu chữ số thập phân.",
            "Must be how many đồng a unit is, such as 25410.5, with nine digits and six decimals at the most.",
        ),
        "decimal_amount" => (
            "Phải là số tiền như 125000.50, tối đa hai chữ số thập phân.",
            "Must be an amount such as 125000.50, with two decimals at the most.",
        ),
        "sha256" => (
            "Phải là 64 chữ số thập lục phân viết thường.",
            "Must be 64 hexadecimal digits in small letters.",
        ),
        other => days::of(other).unwrap_or(("Giá trị không đúng định dạng.", "Not a valid value.")),
    }
}
