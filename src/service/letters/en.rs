//! What letters say in English.

mod listings;
mod registrations;

use super::render::{Frame, Part, Words, last_day, link, local, page, quoted, text};
use super::{documents, dossiers, duties, inquiries, joining, mergers, officers, review, rights, standing};
use crate::domain::letter::{DueLine, Letter};

pub(super) const FRAME: Frame = Frame {
    greeting: |name| match name {
        Some(name) => format!("Dear {name},"),
        None => String::from("Dear Sir or Madam,"),
    },
    closing: "Yours faithfully,",
    signature: "Technology and Equipment Exchange",
    footer: "This letter was sent automatically; please do not reply. Our officers never ask for your password or codes.",
    by_hand: "If the button does not work, copy this address into your browser:",
    listing: "Open the page of the listing",
};

const IGNORE: &str = "If you did not ask for this, ignore this letter; nothing will change.";
const NOT_ME: &str = "If this was not you, set a new password at once and tell the operator of the exchange.";

fn forgot() -> Part {
    page("Set a new password", "forgot-password")
}

/// What somebody asks, as a part of a sentence.
fn request_name(request: &str) -> &str {
    match request {
        "access" => "be given data",
        "rectify" => "put data right",
        "erase" => "erase data",
        "restrict" => "restrict processing",
        "object" => "stop processing",
        "withdraw" => "withdraw consents",
        other => other,
    }
}

fn due_line(line: &DueLine) -> String {
    format!(
        "To {}, received on {}: to be {} by the end of {}{}",
        request_name(&line.request),
        local(line.received_at).strftime("%d %B %Y"),
        if line.step == "acknowledge" {
            "acknowledged"
        } else {
            "done"
        },
        last_day(line.deadline).strftime("%d %B %Y"),
        if line.is_missed { " – overdue" } else { "" },
    )
}

fn letter(subject: impl Into<String>, parts: Vec<Part>) -> Words {
    Words {
        subject: subject.into(),
        parts,
    }
}

/// The words of a letter.
pub(super) fn words(about: &Letter) -> Words {
    match about {
        Letter::ConfirmRegistration { token, enterprise } => letter(
            "Confirm the registration of your enterprise",
            vec![
                text(format!(
                    "We were asked to register “{}” with this e-mail address.",
                    quoted(enterprise)
                )),
                text(
                    "To complete the registration, open the link below within 24 hours and choose a password. An officer of the Department will then review it.",
                ),
                link("Confirm the registration", "confirm-registration", token),
                text("If you did not ask for this, ignore this letter; no account will be opened."),
            ],
        ),
        Letter::ConfirmAccount { token } => letter(
            "Confirm your new account",
            vec![
                text("We were asked to open an account with this e-mail address."),
                text("To complete this, open the link below within 24 hours and choose a password."),
                link("Open the account", "confirm-account", token),
                text("If you did not ask for this, ignore this letter; no account will be opened."),
            ],
        ),
        Letter::AddressKnown => letter(
            "This address already has an account",
            vec![
                text(
                    "Somebody has just asked to use this e-mail address for an account on the exchange; it already has one.",
                ),
                text(
                    "If it was you, sign in with the account you have; if you forgot the password, set a new one here.",
                ),
                forgot(),
                text("If it was not you, ignore this letter; your account was not changed."),
            ],
        ),
        Letter::TaxCodeKnown {
            enterprise,
            is_personal,
        } => registrations::known(enterprise, *is_personal),
        Letter::ResetPassword { token } => letter(
            "Set a new password",
            vec![
                text("We were asked to set a new password for your account."),
                text("Open the link below within 30 minutes. It works once."),
                link("Set a new password", "reset-password", token),
                text(IGNORE),
            ],
        ),
        Letter::OfficerAppointed { token } => letter(
            "Your officer account on the exchange",
            vec![
                text("The Department has opened an officer account for you on the exchange."),
                text(
                    "Open the link below within 72 hours to set your password. At your first sign-in you will be asked to set up a second factor.",
                ),
                link("Set my password", "reset-password", token),
                text("If you do not expect this, tell the Department and ignore this letter."),
            ],
        ),
        Letter::PasswordChanged => letter(
            "Your password was changed",
            vec![
                text("The password of your account has just been changed. Other sessions were ended."),
                text(NOT_ME),
                forgot(),
            ],
        ),
        Letter::ConfirmAddress { token } => letter(
            "Confirm your e-mail address",
            vec![
                text("Please confirm the e-mail address of your account: open the link below within 24 hours."),
                link("Confirm the address", "confirm-address", token),
                text(IGNORE),
            ],
        ),
        Letter::GiveUpAddress { token, new } => letter(
            "Agree to a new e-mail address",
            vec![
                text("We were asked to change the e-mail address of your account to this one:"),
                Part::Quote(new.clone()),
                text(
                    "The change is made only when both the present and the new address confirm it within 24 hours. If you agree, open the link below.",
                ),
                link("Agree to the change", "confirm-email-change", token),
                text(
                    "If you did not ask for this, do not open the link: somebody is in your account. Change your password at once.",
                ),
            ],
        ),
        Letter::TakeAddress { token } => letter(
            "Confirm your new e-mail address",
            vec![
                text("Somebody asked that this become the e-mail address of an account on the exchange."),
                text("If it was you, open the link below within 24 hours. The former address must agree as well."),
                link("Confirm the new address", "confirm-email-change", token),
                text("If it was not you, ignore this letter."),
            ],
        ),
        Letter::AddressChanged { new } => letter(
            "Your e-mail address was changed",
            vec![
                text("The e-mail address of your account was changed to this one:"),
                Part::Quote(new.clone()),
                text("From now on you sign in with the new address. All sessions were ended."),
                text("If you did not ask for this, tell the operator of the exchange at once."),
            ],
        ),
        Letter::SessionStolen { at, ip } => letter(
            "Warning: a session was ended",
            vec![
                text(format!(
                    "At {}{}, a sign-in token of yours was used a second time. Usually this means that somebody has a copy \
                     of it, so the session was ended.",
                    local(*at).strftime("%H:%M on %d %B %Y (Vietnam time)"),
                    ip.as_deref()
                        .map(|ip| format!(", from the network address {ip}"))
                        .unwrap_or_default(),
                )),
                text("Sign in again, look at your open sessions, and change your password if anything is odd."),
                page("Look at the sessions", "sessions"),
            ],
        ),
        Letter::FactorChanged { enrolled: true } => letter(
            "Two-factor authentication is on",
            vec![
                text("A second factor has just been set up for your account. Keep the recovery codes in a safe place."),
                text(NOT_ME),
                forgot(),
            ],
        ),
        Letter::FactorChanged { enrolled: false } => letter(
            "Two-factor authentication is off",
            vec![
                text("The second factor of your account has just been removed."),
                text(NOT_ME),
                forgot(),
            ],
        ),
        Letter::RecoveryCodeUsed { left } => letter(
            "A recovery code was used",
            vec![
                text(format!(
                    "A recovery code of your second factor has just been used to sign in. Codes left: {left}."
                )),
                text("When few are left, make new ones in the security section of your account."),
                text(NOT_ME),
                forgot(),
            ],
        ),
        Letter::RecoveryCodesMade => letter(
            "New recovery codes were made",
            vec![
                text("New recovery codes of your second factor have just been made; the former ones are void."),
                text(NOT_ME),
                forgot(),
            ],
        ),
        Letter::FactorReset { new_password: true } => letter(
            "Your second factor was reset",
            vec![
                text("Two authorised officers removed the second factor of your account."),
                text(
                    "Your password was strong enough only beside it and opens nothing any more. Set a longer one, then set the second factor up again; nothing else is open before.",
                ),
                forgot(),
                text("If you did not ask for this, tell the operator of the exchange at once."),
            ],
        ),
        Letter::FactorReset { new_password: false } => letter(
            "Your second factor was reset",
            vec![
                text("Two authorised officers removed the second factor of your account."),
                text("Set it up again at your next sign-in; nothing else is open before."),
                text("If you did not ask for this, tell the operator of the exchange at once."),
            ],
        ),
        Letter::Invitation {
            token,
            enterprise,
            role,
        } => letter(
            "An invitation to an enterprise",
            vec![
                text(format!(
                    "The enterprise “{}” invites you to join it on the exchange, as {}.",
                    quoted(enterprise),
                    quoted(role)
                )),
                text("Open the link below within 7 days to accept or decline."),
                link("See the invitation", "invitation", token),
                text("If you do not know this enterprise, ignore this letter."),
            ],
        ),
        Letter::JoinRequested { person, enterprise } => letter(
            "Somebody asks to join your enterprise",
            vec![
                text(format!(
                    "{} asks to join the enterprise “{}” on the exchange.",
                    quoted(person),
                    quoted(enterprise)
                )),
                text("Decide in the members section of the enterprise; admit only people you know."),
                page("See the request", "members"),
            ],
        ),
        Letter::JoinDecided {
            enterprise,
            approved,
            by_exchange,
        } => joining::words_en(enterprise, *approved, *by_exchange),
        Letter::RoleChanged { enterprise, role } => letter(
            "Your role has changed",
            vec![text(format!(
                "Your role in the enterprise “{}” on the exchange is now {}.",
                quoted(enterprise),
                quoted(role)
            ))],
        ),
        Letter::Removed { enterprise } => letter(
            "You are no longer a member of the enterprise",
            vec![text(format!(
                "You are no longer a member of the enterprise “{}” on the exchange. Your own account remains.",
                quoted(enterprise)
            ))],
        ),
        Letter::KeyMade { name } => letter(
            "An API key was made",
            vec![
                text(format!(
                    "The API key “{}” has just been made for your enterprise. Whoever has it can act for the enterprise \
                     within the key's scopes.",
                    quoted(name)
                )),
                text("If you do not know of this, revoke the key at once."),
                page("See the keys", "keys"),
            ],
        ),
        Letter::OfficerChanged => letter(
            "Your officer account has changed",
            vec![
                text("The Department opened an officer account for you, or changed what it may do."),
                text("Sign in to see your present rights. If anything is wrong, tell the operator of the exchange."),
                page("Sign in", "sign-in"),
            ],
        ),
        Letter::DataRequestAcknowledged {
            request,
            received_at,
            fulfil_by,
        } => letter(
            "Your request about personal data is being dealt with",
            vec![
                text(format!(
                    "The Department is dealing with your request of {}, to {}.",
                    local(*received_at).strftime("%d %B %Y"),
                    request_name(request)
                )),
                text(format!(
                    "It will be done by the end of {}. Should more time be needed, we tell you before; that happens once \
                     at the most.",
                    last_day(*fulfil_by).strftime("%d %B %Y")
                )),
                text("You may take the request back at any time before it is answered."),
                page("See the request", "my-data"),
            ],
        ),
        Letter::DataRequestsDue { lines } => letter(
            "Legal terms of requests about personal data",
            vec![
                text("The legal terms of these requests end soon, or are over:"),
                Part::Quote(lines.iter().map(due_line).collect::<Vec<_>>().join("\n")),
                text(
                    "Please deal with them in the register; you are told of each term once before and once after its end.",
                ),
                page("Open the register", "data-requests"),
            ],
        ),
        Letter::ListingEnds { title, expires_at } => listings::ends(title, *expires_at),
        Letter::ListingExpired { title, expires_at } => listings::expired(title, *expires_at),
        Letter::ListingsEnd { lines, more } => listings::several_end(lines, *more),
        Letter::ListingsOvertaken { count } => listings::overtaken(*count),
        Letter::ReviewDigest(digest) => officers::digest_en(digest),
        Letter::TakedownsDue { lines } => officers::takedowns_en(lines),
        Letter::ListingSuspended { title, reason } => listings::suspended(title, reason),
        Letter::ListingReinstated { title } => listings::reinstated(title),
        Letter::ConfidentialInspected { title, reason } => listings::inspected(title, reason),
        Letter::ConfidentialGranted(news) => listings::granted(news),
        Letter::ConfidentialGrantMoved(moved) => mergers::grant_moved_en(moved),
        Letter::ListingClassified { title, class, note } => listings::classified(title, class, note),
        Letter::ListingTakenDown {
            title,
            authority,
            reference,
        } => listings::taken_down(title, authority, reference),
        Letter::ListingRestored {
            title,
            reason,
            still_held,
        } => listings::restored(title, reason, *still_held),
        Letter::ReportAnswered { title, upheld, answer } => listings::report_answered(title, *upheld, answer),
        Letter::IpNotice(news) => duties::notice_en(news),
        Letter::Complaint(news) => duties::complaint_en(news),
        Letter::Inquiry(news) => inquiries::words_en(news),
        Letter::Dossier(news) => dossiers::dossier_en(news),
        Letter::DossierProposed(news) => dossiers::proposed_en(news),
        Letter::DossierProposalWithdrawn(news) => dossiers::taken_back_en(news),
        Letter::DossiersOverdue { lines } => dossiers::overdue_en(lines),
        Letter::DossiersEscalated { lines } => dossiers::escalated_en(lines),
        Letter::DossierTerm(news) => dossiers::term_en(news),
        Letter::AccountSuspended { reason } => letter(
            "Your account was suspended",
            vec![
                text("An officer of the Department suspended your account on the exchange, for this reason:"),
                Part::Quote(reason.clone()),
                text("All sessions were ended. If you disagree, you may lodge a complaint with the Department."),
            ],
        ),
        Letter::AccountReinstated => letter(
            "Your account is open again",
            vec![
                text("The Department has opened your account on the exchange again. You can sign in."),
                page("Sign in", "sign-in"),
            ],
        ),
        Letter::ReviewDecided(ruling) => review::decided_en(ruling),
        Letter::ReviewMessage(words) => review::written_en(words),
        Letter::VerificationEnds { enterprise, expires_at } => letter(
            "The verification of your enterprise is about to expire",
            vec![
                text(format!(
                    "The verification of “{}” holds until {}.",
                    quoted(enterprise),
                    local(*expires_at).strftime("%d %B %Y at %H:%M")
                )),
                text(
                    "Please check the registration and hand it in again. Meanwhile it and its listings stay as they are.",
                ),
                page("See my enterprise", "my-enterprise"),
            ],
        ),
        Letter::VerificationExpired { enterprise, expires_at } => letter(
            "The verification of your enterprise has expired",
            vec![
                text(format!(
                    "The verification of “{}” expired on {}. Its page says so now; its listings stay where they are.",
                    quoted(enterprise),
                    local(*expires_at).strftime("%d %B %Y at %H:%M")
                )),
                text("Please check the registration and hand it in again."),
                page("See my enterprise", "my-enterprise"),
            ],
        ),
        Letter::EnterpriseSuspended { enterprise, reason } => standing::suspended_en(enterprise, reason),
        Letter::EnterpriseReinstated { enterprise } => standing::reinstated_en(enterprise),
        Letter::EnterpriseClosed { enterprise, reason } => standing::closed_en(enterprise, reason.as_deref()),
        Letter::EnterpriseReopened { enterprise } => standing::reopened_en(enterprise),
        Letter::DocumentDecided(ruling) => documents::decided_en(ruling),
        Letter::DocumentEnds(end) => documents::ends_en(end),
        Letter::RightEnds(end) => rights::ends_en(end),
        Letter::RepresentativeErased { enterprise } => listings::representative_erased(enterprise),
        Letter::EnterpriseMerged { enterprise, into } => mergers::merged_en(enterprise, into),
        Letter::MergedUnverified { enterprise, into } => mergers::left_out_en(enterprise, into),
        Letter::ContactErased { enterprise, successor } => letter(
            "The contact person of your enterprise was erased",
            vec![
                text(format!(
                    "The data of the contact person in the registration of “{}” were erased under the rules on personal data.",
                    quoted(enterprise)
                )),
                match successor {
                    Some(name) => text(format!(
                        "From now on the contact person is {}, an owner of the enterprise; there is no telephone number.",
                        quoted(name)
                    )),
                    None => text("The registration has no contact person now."),
                },
                text(
                    "Please look at the contact person and put it right; nothing else of the registration has changed.",
                ),
                page("Put the contact person right", "my-enterprise"),
            ],
        ),
        Letter::DataRequestAnswered { answer } => letter(
            "Answer to your request about personal data",
            vec![
                text("Your request about personal data was answered as follows:"),
                Part::Quote(answer.clone()),
                text("If you disagree, you may lodge a complaint as the law provides."),
            ],
        ),
    }
}
