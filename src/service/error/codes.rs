//! The one table of codes, each with its HTTP class and its title in Vietnamese and English. Codes are part of the API and never
//! renamed; `docs/errors.md` is rendered from here.

macro_rules! error_codes {
    ($($(#[$meta:meta])* $variant:ident, $code:literal, $status:literal, $vi:literal, $en:literal;)+) => {
        /// Why not; stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[$meta])* $variant),+ }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The stable text form.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
            /// HTTP status.
            pub const fn status(self) -> u16 { match self { $(Self::$variant => $status),+ } }
            /// Title in Vietnamese.
            pub const fn title_vi(self) -> &'static str { match self { $(Self::$variant => $vi),+ } }
            /// Title in English.
            pub const fn title_en(self) -> &'static str { match self { $(Self::$variant => $en),+ } }
        }
    };
}

error_codes! {
    /// The body is not the JSON that the operation takes.
    MalformedBody, "malformed_body", 400, "Nội dung gửi lên không đúng cấu trúc.", "The request body is malformed.";
    /// The operation takes no body, and was sent one that says something.
    UnexpectedBody, "unexpected_body", 400, "Thao tác này không nhận nội dung; hãy bỏ nội dung gửi kèm.", "This takes no body; leave it out.";
    /// A query parameter is unknown, repeated or unreadable.
    InvalidQuery, "invalid_query", 400, "Tham số truy vấn không hợp lệ.", "A query parameter is invalid.";
    /// A header cannot be read.
    InvalidHeader, "invalid_header", 400, "Tiêu đề yêu cầu không hợp lệ.", "A request header is invalid.";
    /// A page cursor that was not given out for this collection and these filters.
    InvalidCursor, "invalid_cursor", 400, "Con trỏ trang không hợp lệ; hãy tải lại từ trang đầu.", "The page cursor is invalid; start again from the first page.";
    /// Something cannot be understood at the level of HTTP.
    BadRequest, "bad_request", 400, "Yêu cầu không hợp lệ.", "The request is invalid.";
    /// Nobody is signed in.
    Unauthenticated, "unauthenticated", 401, "Bạn cần đăng nhập.", "Sign in first.";
    /// The access or refresh token is broken, over, or of an ended session.
    InvalidToken, "invalid_token", 401, "Phiên đăng nhập không hợp lệ hoặc đã hết hạn; hãy đăng nhập lại.", "The token is invalid or expired; sign in again.";
    /// E-mail or password is wrong; which of them is not told.
    InvalidCredentials, "invalid_credentials", 401, "Thư điện tử hoặc mật khẩu không đúng.", "The e-mail address or the password is wrong.";
    /// The present password, asked for again, is wrong.
    WrongPassword, "wrong_password", 401, "Mật khẩu không đúng.", "The password is wrong.";
    /// The password is right; a code of the second factor is needed too.
    SecondFactorRequired, "second_factor_required", 401, "Hãy gửi kèm mã xác thực hai lớp.", "Send a code of the second factor too.";
    /// A code of the second factor is wrong, over, or was used.
    InvalidCode, "invalid_code", 401, "Mã xác thực không đúng, đã hết hạn hoặc đã dùng.", "The code is wrong, over, or was used.";
    /// A sensitive change: show password or code again first (RFC 9470).
    StepUpRequired, "step_up_required", 401, "Thao tác này cần xác thực lại; hãy nhập lại mật khẩu hoặc mã rồi thử lại.", "This needs a fresh sign-in; show your password or code again, then retry.";
    /// A link from a letter that is unknown, used, over, or for something else.
    InvalidProof, "invalid_proof", 400, "Liên kết không hợp lệ, đã dùng hoặc đã hết hạn.", "The link is invalid, used or expired.";
    /// A one-time password opens nothing but its own replacement.
    PasswordChangeRequired, "password_change_required", 403, "Đây là mật khẩu dùng một lần; hãy gửi kèm mật khẩu mới.", "This is a one-time password; send a new password with it.";
    /// Known to exist, but not allowed.
    Forbidden, "forbidden", 403, "Bạn không có quyền thực hiện thao tác này.", "You are not allowed to do this.";
    /// The account's address was not proved yet.
    EmailNotVerified, "email_not_verified", 403, "Hãy xác nhận địa chỉ thư điện tử trước.", "Verify your e-mail address first.";
    /// An officer must set up the second factor before anything else.
    SecondFactorMissing, "second_factor_missing", 403, "Cán bộ phải thiết lập xác thực hai lớp trước khi làm việc.", "Officers must set up their second factor first.";
    /// The key was not given the scope that this needs.
    InsufficientScope, "insufficient_scope", 403, "Khóa API không có phạm vi cần thiết.", "The API key lacks the scope that this needs.";
    /// Needs another person than the one who began it.
    SecondPersonRequired, "second_person_required", 403, "Việc này cần một cán bộ khác xác nhận.", "This needs another officer.";
    /// The enterprise is not verified yet, or is suspended.
    EnterpriseNotActive, "enterprise_not_active", 403, "Doanh nghiệp chưa được xác minh hoặc đang bị tạm ngừng.", "The enterprise is not verified yet, or is suspended.";
    /// An inquiry about a listing of the own enterprise.
    OwnListing, "own_listing", 403, "Đây là tin của chính doanh nghiệp; phiếu bày tỏ quan tâm gửi về tin của doanh nghiệp khác.", "This listing is your own; inquiries are sent about listings of others.";
    /// Absent, or hidden from the caller.
    NotFound, "not_found", 404, "Không tìm thấy.", "Not found.";
    /// The path exists, the method does not.
    MethodNotAllowed, "method_not_allowed", 405, "Phương thức không được hỗ trợ ở địa chỉ này.", "The method is not allowed here.";
    /// The body did not come in time.
    RequestTimeout, "request_timeout", 408, "Hết thời gian chờ yêu cầu.", "The request took too long.";
    /// Another account has the address.
    EmailTaken, "email_taken", 409, "Địa chỉ thư điện tử này đã có tài khoản.", "This e-mail address already has an account.";
    /// Another enterprise has the tax code.
    TaxCodeTaken, "tax_code_taken", 409, "Mã số thuế này đã được đăng ký trên Sàn.", "This tax code is registered already.";
    /// Another listing came from the same place of the same source.
    SourceTaken, "source_taken", 409, "Tin từ nguồn này đã có trên Sàn.", "A listing from this source exists already.";
    /// The enterprise is not in a status that allows this step.
    EnterpriseWrongStatus, "enterprise_wrong_status", 409, "Trạng thái hồ sơ doanh nghiệp hiện tại không cho phép bước này.", "The enterprise's present status does not allow this step.";
    /// The listing is not in a status that allows this step.
    ListingWrongStatus, "listing_wrong_status", 409, "Trạng thái tin hiện tại không cho phép bước này.", "The listing's present status does not allow this step.";
    /// The revision is not in a status that allows this step.
    RevisionWrongStatus, "revision_wrong_status", 409, "Trạng thái bản sửa đổi hiện tại không cho phép bước này.", "The revision's present status does not allow this step.";
    /// Lists were reorganised after a revision was handed in.
    RevisionCodesEnded, "revision_codes_ended", 409, "Bản sửa đổi dùng mã đã hết hiệu lực sau khi được gửi duyệt; hãy yêu cầu chủ tin thay bằng mã nêu trong “errors”.", "The revision uses codes that ended after it was handed in; ask for changes: `errors` names what took their place.";
    /// The live listing changed after the revision was written.
    RevisionOutdated, "revision_outdated", 409, "Tin đang hiển thị đã thay đổi sau khi bắt đầu bản sửa đổi; chủ tin hãy xem lại phần khác biệt, bỏ bản sửa đổi (DELETE /listings/{id}/revision, cả khi đang chờ duyệt) rồi sửa lại từ tin đang hiển thị; cán bộ hãy trả lại.", "The live listing changed after the revision was begun; its owner looks at the differences, discards the revision (DELETE /listings/{id}/revision, also while it waits) and edits again; an officer sends it back.";
    /// A revision says what the live listing says.
    RevisionUnchanged, "revision_unchanged", 409, "Bản sửa đổi không khác gì tin đang hiển thị; hãy sửa nội dung hoặc bỏ bản sửa đổi.", "The revision says what the live listing says; change something, or discard it.";
    /// Papers are read before an enterprise is vouched for.
    DocumentsUndecided, "documents_undecided", 409, "Còn giấy tờ trong hồ sơ chưa có kết luận; hãy kết luận từng giấy tờ trước khi duyệt.", "Documents of the profile still wait for a verdict; decide on each before approving.";
    /// An enterprise is closed by its last owner.
    OtherOwners, "other_owners", 409, "Doanh nghiệp còn chủ tài khoản khác; chỉ chủ tài khoản duy nhất mới chấm dứt được.", "The enterprise has other owners; only the last one can close it.";
    /// An enterprise without an owner could not be managed.
    LastOwner, "last_owner", 409, "Doanh nghiệp phải có ít nhất một chủ tài khoản; hãy chuyển quyền trước.", "An enterprise needs an owner; hand the ownership over first.";
    /// The person belongs to an enterprise already.
    AlreadyMember, "already_member", 409, "Tài khoản này đã thuộc một doanh nghiệp.", "This account belongs to an enterprise already.";
    /// It was decided, taken back, or is over.
    AlreadyDecided, "already_decided", 409, "Việc này đã được quyết định hoặc đã hết hiệu lực.", "This was decided already, or is over.";
    /// Another step comes first.
    TooEarly, "too_early", 409, "Chưa thực hiện được bước này; còn bước khác phải làm trước.", "This is not possible yet; another step comes first.";
    /// Nothing of this sort was proposed: one officer proposes, another signs.
    NotProposed, "not_proposed", 409, "Chưa có cán bộ nào trình việc này; hãy trình trước (PUT …/proposal), cán bộ khác ký.", "No officer proposed this; propose it first (PUT …/proposal), another officer signs.";
    /// What would be issued is not what was proposed any more: the certificate that it amends was amended meanwhile.
    ProposalOutdated, "proposal_outdated", 409, "Nội dung sẽ cấp đã khác với nội dung đã trình; hãy xem lại và trình lại.", "What would be issued is not what was proposed any more; look at it and propose it again.";
    /// Something hints at a stricter class of the list of regulated technologies than is declared, and no officer looked; `detail` tells what.
    ScreeningRequired, "screening_required", 409, "Công nghệ có dấu hiệu thuộc danh mục; cán bộ phải đối chiếu danh mục trước (PUT …/screening).", "The technology may be on the list of regulated technologies; an officer holds it against that first (PUT …/screening).";
    /// A letter of the dossier cannot be printed on a certificate; `detail` shows it.
    NotPrintable, "not_printable", 409, "Có ký tự không in được lên Giấy chứng nhận.", "There is a letter that cannot be printed on a certificate.";
    /// Another authority issues this.
    NotCompetent, "not_competent", 409, "Việc này thuộc thẩm quyền của cơ quan khác.", "Another authority is competent for this.";
    /// The certificate is over: annulled, or its contract's term has ended.
    CertificateNotInForce, "certificate_not_in_force", 409, "Giấy chứng nhận không còn hiệu lực.", "The certificate is not in force any more.";
    /// The record of the certificate is what was signed: there is nothing to put back.
    CertificateIntact, "certificate_intact", 409, "Bản ghi và văn bản Giấy chứng nhận trong sổ đúng như khi ký; không có gì để khôi phục.", "Record and document of the certificate are what was signed; there is nothing to put back.";
    /// What would be put back into the register is not what was signed for this certificate; `detail` says why not.
    CertificateNotGenuine, "certificate_not_genuine", 422, "Không phải nội dung đã ký của Giấy chứng nhận này.", "This is not what was signed for this certificate.";
    /// The dossier is not in a state that allows this; `detail` says which does, and by which article.
    DossierWrongState, "dossier_wrong_state", 409, "Trạng thái hồ sơ hiện tại không cho phép bước này.", "The dossier's present state does not allow this.";
    /// The owner of the listing takes no inquiries.
    InquiriesClosed, "inquiries_closed", 409, "Chủ tin không nhận liên hệ qua Sàn cho tin này.", "The owner of this listing takes no inquiries.";
    /// The inquiry is not in a state that allows this step.
    InquiryWrongState, "inquiry_wrong_state", 409, "Trạng thái phiếu bày tỏ quan tâm hiện tại không cho phép bước này.", "The inquiry's present state does not allow this step.";
    /// The other side of the inquiry is suspended, or takes part no more.
    OtherSideInactive, "other_side_inactive", 409, "Bên kia đang bị tạm ngừng hoặc đã chấm dứt tham gia Sàn nên chưa thực hiện được bước này.", "The other side is suspended, or takes part no more, which does not allow this step.";
    /// The term in which this could be done is over.
    DossierTermOver, "dossier_term_over", 409, "Đã hết thời hạn thực hiện bước này.", "The term for this is over.";
    /// No rules of the procedure are in force today.
    ProcedureNotInForce, "procedure_not_in_force", 409, "Hiện không có quy trình nào của thủ tục này đang áp dụng.", "No rules of this procedure are in force today.";
    /// There is one already.
    AlreadyThere, "already_there", 409, "Đã có rồi.", "There is one already.";
    /// The password is good enough beside a second factor only.
    StrongerPasswordRequired, "stronger_password_required", 409, "Mật khẩu hiện tại chỉ đủ mạnh khi có xác thực hai lớp; hãy đổi sang mật khẩu dài hơn trước.", "Your password is strong enough only beside a second factor; change it to a longer one first.";
    /// Rules or notices in force were not accepted; `policies` names them.
    PolicyAcceptanceRequired, "policy_acceptance_required", 409, "Hãy đọc và chấp nhận quy chế, thông báo đang có hiệu lực của Sàn trước.", "Read and accept the rules and notices in force first.";
    /// Law or a standard says what is in this list; it changes with a release.
    ListNotEditable, "list_not_editable", 409, "Danh mục này do pháp luật hoặc tiêu chuẩn quy định, không sửa được ở đây.", "Law or a standard says what is in this list; it cannot be changed here.";
    /// Another officer has taken it up; `claim` says who and until when.
    ClaimedByAnother, "claimed_by_another", 409, "Cán bộ khác đang xử lý việc này.", "Another officer has taken this up.";
    /// As many as are allowed.
    LimitReached, "limit_reached", 409, "Đã đạt số lượng tối đa.", "As many as are allowed exist already.";
    /// The feed was not followed for too long, or belongs to another history of the database.
    FeedExpired, "feed_expired", 410, "Nguồn tin không còn giữ thay đổi từ vị trí này; hãy tải lại toàn bộ từ đầu và bỏ những tin không còn được nêu.", "The feed no longer reaches back to this place; take everything anew, and drop what is not named.";
    /// `If-Match` names another version than the present one.
    StaleVersion, "stale_version", 412, "Nội dung đã được người khác thay đổi; hãy tải lại rồi thử lại.", "Somebody else changed this; load it again and retry.";
    /// The enterprise takes part no more.
    EnterpriseClosed, "enterprise_closed", 410, "Doanh nghiệp này đã chấm dứt tham gia Sàn.", "This enterprise takes part in the exchange no more.";
    /// The term of the listing ended; it may come back.
    ListingExpired, "listing_expired", 410, "Tin đã hết hạn hiển thị; chủ tin chưa gia hạn.", "The listing has expired and its owner has not renewed it.";
    /// Somebody has a grant and has not accepted its undertaking.
    UndertakingRequired, "undertaking_required", 409, "Hãy đọc và chấp nhận cam kết bảo mật trước khi xem.", "Read and accept the undertaking of confidentiality first.";
    /// A technology that must not be transferred, by the list of now, does not come out or come back.
    TechnologyProhibited, "technology_prohibited", 409, "Công nghệ thuộc danh mục cấm chuyển giao nên không được đăng.", "The transfer of this technology is prohibited, so it cannot come out.";
    /// A file is the paper of a certificate of its listing.
    FileInUse, "file_in_use", 409, "Tệp đang được nêu trong nội dung (chứng nhận trong tin, giấy tờ trong hồ sơ); hãy bỏ ở đó trước.", "The content names the file (a certificate of the listing, a paper of the dossier); take it away there first.";
    /// No checkpoint of the audit trail covers the certificate yet; one is made each hour.
    ProofPending, "proof_pending", 409, "Chưa có mốc ký nhật ký sau khi cấp Giấy chứng nhận này; mốc được lập mỗi giờ.", "No checkpoint of the audit trail was signed since this certificate was issued; one is each hour.";
    /// A listing that an officer suspended, or that was removed for an authority or a rights holder, is changed by nobody.
    ListingHeld, "listing_held", 409, "Tin đang bị tạm ngừng hoặc bị gỡ nên không thực hiện được bước này.", "The listing is suspended or removed, which does not allow this step.";
    /// The listing was taken down at an authority's request; `blocked` names authority and letter (RFC 7725).
    ListingTakenDown, "listing_taken_down", 451, "Tin đã bị gỡ theo yêu cầu của cơ quan có thẩm quyền.", "The listing was taken down at an authority's request.";
    /// The body is larger than allowed.
    PayloadTooLarge, "payload_too_large", 413, "Nội dung gửi lên quá lớn.", "The request body is too large.";
    /// The body is of a type that is not taken here: mostly anything but JSON.
    UnsupportedMediaType, "unsupported_media_type", 415, "Loại nội dung này không được nhận ở đây.", "This media type is not accepted here.";
    /// `Range` begins beyond the end.
    RangeNotSatisfiable, "range_not_satisfiable", 416, "Phần được yêu cầu nằm ngoài tệp.", "The part asked for lies beyond the end of the file.";
    /// The enterprise became part of another one; `Location` names it.
    EnterpriseMerged, "enterprise_merged", 308, "Hồ sơ này đã được gộp vào một doanh nghiệp khác; xem địa chỉ ở Location.", "This enterprise became part of another one; Location names it.";
    /// The enterprise became part of another one, which `merged_into` names: what was read of it says nothing of that one.
    EnterpriseSuperseded, "enterprise_superseded", 409, "Hồ sơ này đã được gộp vào một doanh nghiệp khác nên không thực hiện được ở đây; hãy đọc doanh nghiệp ở `merged_into` rồi làm lại ở đó.", "This enterprise became part of another one, so nothing is done here; read the one in `merged_into` and do it there.";
    /// One of two enterprises is in the midst of something.
    MergeHindered, "merge_hindered", 409, "Chưa thể gộp hai hồ sơ này; lý do ở `detail`.", "These two cannot be merged now; `detail` says why.";
    /// The one that goes was verified, and the one that stays never was: what an officer looked at would be gone.
    MergeIntoUnverified, "merge_into_unverified", 409, "Hồ sơ này đã được xác minh, còn hồ sơ ở lại thì chưa; hãy gộp theo chiều ngược lại, hoặc xác minh hồ sơ ở lại trước.", "This one was verified, and the one that stays never was; merge them the other way round, or have that one verified first.";
    /// One or more fields are wrong; each is named.
    ValidationFailed, "validation_failed", 422, "Một số trường chưa hợp lệ.", "Some fields are invalid.";
    /// The listing lacks what an officer needs.
    ListingIncomplete, "listing_incomplete", 422, "Tin còn thiếu nội dung bắt buộc.", "The listing is not complete yet.";
    /// The idempotency key was used for another request.
    IdempotencyKeyReused, "idempotency_key_reused", 422, "Idempotency-Key đã dùng cho một yêu cầu khác.", "The idempotency key was used for another request.";
    /// An edit or a decision must say which version it is based on.
    PreconditionRequired, "precondition_required", 428, "Thiếu If-Match: hãy gửi ETag của phiên bản bạn đã đọc.", "If-Match is missing: send the ETag of the version you read.";
    /// Too often; come back after `Retry-After` seconds.
    TooManyRequests, "too_many_requests", 429, "Bạn đã thử quá nhiều lần; hãy đợi rồi thử lại.", "Too many requests; wait and try again.";
    /// A bug or a broken part; details are in the log under the request id.
    Internal, "internal", 500, "Hệ thống gặp lỗi; hãy báo mã yêu cầu cho quản trị viên.", "Something broke; tell the operator the request id.";
    /// Nothing lies in the file store, or not what was filed: it was changed there, or the disk lost it. It is never given out.
    ContentDamaged, "content_damaged", 500, "Nội dung tệp đang lưu đã bị mất hoặc không còn đúng như khi gửi nên không được cung cấp; hãy báo quản trị viên khôi phục từ bản sao lưu.", "The stored content of this file is lost, or not what was sent, so it is not given out; tell the operator to restore it from a backup.";
    /// What the register has of a certificate is not what was signed: two officers put it back.
    CertificateDamaged, "certificate_damaged", 500, "Bản ghi hoặc văn bản của Giấy chứng nhận trong sổ không còn đúng như khi ký nên không xử lý hay cung cấp được; một cán bộ đề xuất khôi phục (POST /certificates/{id}/restoration-proposal), cán bộ khác xác nhận, rồi thực hiện lại. Văn bản của bản cấp lại cũng khôi phục được như vậy (duplicate).", "Record or document of the certificate in the register is not what was signed, so nothing is made of it or given out; one officer proposes to put it back (POST /certificates/{id}/restoration-proposal), another confirms, and it is done again. The document of a duplicate is put back in the same way (`duplicate`).";
    /// The file store has lost the rows of an import, of which no rest brings any back; whoever sent them has them.
    RowsLost, "rows_lost", 500, "Các dòng của tệp đã gửi bị mất trong kho tệp nên việc nhập dừng lại; những gì đã nhập vẫn còn. Hãy gửi lại tệp: dòng nào đã nhập sẽ không đổi.", "The rows of the file that was sent were lost in the file store, so the import stopped; what was done stays. Send the file again: rows that were done are unchanged.";
    /// Too much is waiting; come back after `Retry-After` seconds.
    Busy, "busy", 503, "Hệ thống đang bận; hãy thử lại sau ít giây.", "The exchange is busy; try again in a few seconds.";
    /// The database cannot be written, while reading goes on; or the file store is away.
    StorageUnavailable, "storage_unavailable", 503, "Tạm thời chưa đọc hoặc ghi được dữ liệu; hãy thử lại sau.", "Data cannot be read or written at the moment; try again later.";
    /// Nobody can look for malware; nothing that is sent is taken meanwhile.
    ScannerUnavailable, "scanner_unavailable", 503, "Tạm thời chưa quét được mã độc nên chưa nhận tệp; hãy thử lại sau.", "Files cannot be looked through for malware at the moment, so none is taken; try again later.";
    /// The scanner for malware is set up to take less than the exchange: waiting does not help, and nothing is wrong with the file.
    ScannerLimit, "scanner_limit", 503, "Bộ quét mã độc được cài đặt không nhận tệp lớn như tệp này, dù sàn cho phép gửi; không phải vì tệp có mã độc. Hãy báo quản trị viên.", "The scanner for malware is set up to take no file as large as this one, though the exchange does; nothing was found in it. Tell the operator.";
    /// The search index is being built.
    SearchUnavailable, "search_unavailable", 503, "Chỉ mục tìm kiếm đang được dựng lại; hãy thử lại sau ít phút.", "The search index is being rebuilt; try again in a minute.";
    /// The work may be done, or not: look before sending it again.
    OutcomeUnknown, "outcome_unknown", 504, "Hệ thống chưa kịp xác nhận kết quả; hãy kiểm tra lại trước khi gửi lần nữa.", "The exchange could not confirm the outcome in time; check before sending this again.";
}

/// Renders `docs/errors.md`.
pub fn render_markdown() -> String {
    let mut text = String::from(
        "# Errors\n\nEvery failure is `application/problem+json` (RFC 9457) with a stable `code`. Generated from \
         `src/service/error/codes.rs`; `UPDATE_DOCS=1 cargo test errors_page` rewrites it.\n\n\
         | code | status | Tiếng Việt | English |\n|---|---|---|---|\n",
    );
    for code in ErrorCode::ALL {
        text.push_str(&format!(
            "| <a id=\"{0}\"></a>`{0}` | {1} | {2} | {3} |\n",
            code.as_str(),
            code.status(),
            code.title_vi(),
            code.title_en()
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a switch of the developer's, as in config")]
    fn errors_page_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/errors.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, render_markdown()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), render_markdown());
    }
}
