//! The one list of configuration keys. To add a key, add it here; the loader, the environment variable, `config show`
//! and `docs/configuration.md` follow. Ranges are enforced wherever a value comes from outside the program.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use super::bucket::{BucketName, KeyPrefix, Region};
use super::clamd::ClamdAddress;
use super::database_url::DatabaseUrl;
use super::flags::Flags;
use super::limits::{Milliseconds, Networks, Rate, Share};
use super::mail::{HostName, MailTransport, Secret, Sender, SmtpTls, Word};
use super::table::{Key, config_keys, parse};
use super::value::{
    Days, Hours, Kibibytes, LogFilter, LogFormat, Mebibytes, MetricsListen, MigrateOnStart, Minutes, PasswordRules,
    PublicUrl, Seconds, Switch, Value, YesOrNo,
};

config_keys! {
    "HTTP" {
        /// Address and port the API is served on. Of host names only `localhost` is taken, which means 127.0.0.1.
        /// Port 0 takes a free port, which is printed at start.
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8080));
        /// The address at which people reach the server, as seen through a reverse proxy if there is one.
        /// It is the issuer of access tokens and the beginning of links. Codes on certificates have the port of `listen` where
        /// this is left as it is.
        public_url: PublicUrl = PublicUrl::local();
        /// Address and port the Prometheus metrics are served on, which must be a loopback address; `off` serves none.
        /// Port 0 takes a free port, and so does the default when `listen` has port 0.
        metrics_listen: MetricsListen = MetricsListen::At(SocketAddr::from(([127, 0, 0, 1], 9464)));
        /// Threads that serve HTTP; 0 takes one for each core.
        http_workers: usize = 0, 0..=1_024;
        /// Largest request body accepted.
        http_body_limit_kb: Kibibytes = Kibibytes::new(1_024), 1..=65_536;
        /// How long a request may take in all, reading its body included, before it is answered with an error.
        request_timeout_s: Seconds = Seconds::new(30), 1..=3_600;
        /// How long an idle connection is kept open for its next request.
        keep_alive_s: Seconds = Seconds::new(75), 1..=3_600;
        /// How long the server waits at shutdown for requests under way and for the last index commit.
        shutdown_timeout_s: Seconds = Seconds::new(30), 1..=3_600;
        /// Entries on a page when the client names no limit.
        page_limit_default: u32 = 20, 1..=100;
        /// Most entries on a page that a client can ask for.
        page_limit_max: u32 = 100, 1..=100;
    }
    "Limits" {
        /// Networks of the reverse proxies whose `X-Forwarded-For` and `X-Client-Port` are believed. Empty believes nobody:
        /// then the client is whoever connects, which behind a proxy is the proxy, for all callers together.
        trusted_proxies: Networks = Networks::default();
        /// Whether calls are counted and refused with 429 beyond the rates below.
        rate_limits: Switch = Switch::On;
        /// Reads, for each client address (IPv4 address or IPv6 /56), and again for each account or key. So many at once,
        /// and as many again over the period.
        rate_read: Rate = Rate::new(300, 10);
        /// Writes, for each client address, and again for each account or key.
        rate_write: Rate = Rate::new(60, 10);
        /// Pages of the public feed, for each client address, and again for each account or key.
        rate_feed: Rate = Rate::new(60, 60);
        /// Calls that cost a password hash, for each client address, and again for each account. A sign-in, or password or code
        /// shown again, that is right costs a twelfth of one that is wrong, here and for the network; after ten sign-ins within
        /// a minute the account waits.
        rate_password: Rate = Rate::new(10, 60);
        /// The same for each network of client addresses (IPv4 /24 or IPv6 /48).
        rate_password_network: Rate = Rate::new(50, 60);
        /// Calls that send a letter to an address of the caller's choice, for each client address, and again for each account.
        rate_letter: Rate = Rate::new(5, 3_600);
        /// The same for each network of client addresses (IPv4 /24 or IPv6 /48).
        rate_letter_network: Rate = Rate::new(25, 3_600);
        /// Invitations, and grants of confidential parts, which are sent by somebody signed in for an enterprise, for each client
        /// address.
        rate_invitation: Rate = Rate::new(60, 3_600);
        /// The same for each account.
        rate_invitation_account: Rate = Rate::new(20, 3_600);
        /// Reports, notices and complaints, which anybody may send, for each client address, and again for each account.
        rate_intake: Rate = Rate::new(10, 3_600);
        /// The same for each network of client addresses (IPv4 /24 or IPv6 /48).
        rate_intake_network: Rate = Rate::new(50, 3_600);
        /// Connections that one address may hold; requests on further ones are refused. Trusted proxies are not counted.
        max_connections_per_address: usize = 256, 1..=1_000_000;
        /// Files that one address may be sending at once; further ones are refused before they are read.
        max_uploads_per_address: usize = 8, 1..=100_000;
        /// Requests that may be under way at once, those whose body is still awaited not counted; further ones are told to
        /// come back later, before anything is done for them.
        max_requests_in_flight: usize = 1_024, 1..=1_000_000;
        /// Most rows of a list that is taken as a file: of the catalogue more are refused, and a file of another list breaks off.
        max_export_rows: usize = 100_000, 20_000..=100_000;
        /// How long a client may send its body as slowly as it likes.
        body_grace_ms: Milliseconds = Milliseconds::new(5_000), 10..=600_000;
        /// Bytes a second that a body must reach on average after that; 0 demands none.
        body_min_bytes_per_s: u32 = 1_024, 0..=1_048_576;
        /// How long a client may take nothing of an answer that waits for it before its connection is ended. Linux only.
        answer_stall_s: Seconds = Seconds::new(15), 1..=3_600;
    }
    "Storage" {
        /// Directory of everything the server keeps in files: the SQLite database, the search index, the master key, the
        /// checkpoints of the audit trail, and letters with `mail_transport = file`.
        /// It is created when absent, for its owner only (mode 0700). A relative path starts at the working directory.
        data_dir: PathBuf = PathBuf::from("./data");
        /// The database: `sqlite://PATH`, `postgres://…` or `postgresql://…`. Empty means SQLite in `vptex.sqlite3` under `data_dir`.
        /// A server on another machine must have a password of 12 characters or more that is no sample and no name.
        database_url: Option<DatabaseUrl> = None;
        /// Connections to the database: readers on SQLite, which has one writer besides, or all connections on PostgreSQL.
        database_pool_size: u32 = 8, 1..=1_000;
        /// Writes that may wait for the SQLite writer; when the queue is full, clients are told to come back later.
        write_queue: usize = 1_024, 1..=1_000_000;
        /// Most writes that share one durable commit on SQLite. 1 commits each write by itself.
        group_commit_max: usize = 256, 1..=65_536;
        /// Whether the database schema is brought up to date at start. `auto` means yes on SQLite and no on PostgreSQL,
        /// where several servers may share the database and `vptex migrate` is a step of its own.
        migrate_on_start: MigrateOnStart = MigrateOnStart::Auto;
    }
    "Files" {
        /// Directory of the files of listings; part of every backup. All nodes need the same one, unless files lie in a
        /// bucket: then each has one of its own for what is on its way in. Empty means `files` under `data_dir`.
        files_dir: Option<PathBuf> = None;
        /// Address of an S3-compatible service in which files lie instead of the directory, such as
        /// `https://s3.example.gov.vn`. Without TLS on this machine only. Needs `s3_bucket`, `s3_access_key` and a secret key.
        s3_endpoint: Option<PublicUrl> = None;
        /// The bucket, which must be there. It is addressed by path: `s3_endpoint/s3_bucket/…`.
        s3_bucket: Option<BucketName> = None;
        /// Folders in the bucket in which everything lies, such as `san/tep`, so that others can use the bucket, too.
        s3_prefix: Option<KeyPrefix> = None;
        /// Region that signatures name; many services take any.
        s3_region: Region = Region::usual();
        /// Name of the key with which calls are signed. It must be let read, write, remove and list. A new pair of keys
        /// counts from the next start.
        s3_access_key: Option<Word> = None;
        /// The secret key. Give it in the environment, or in a file that only the server can read.
        s3_secret_key: Option<Secret> = None;
        /// A file that holds nothing but the secret key, readable by its owner only; instead of `s3_secret_key`.
        s3_secret_key_file: Option<PathBuf> = None;
        /// How long whatever the service is asked may take until the answer begins, calls that failed and are made again (three
        /// times at most) among it, and then to go on with it; a content that is sent, a second more for each 512 KiB.
        s3_timeout_s: Seconds = Seconds::new(10), 1..=300;
        /// Largest file that can be sent.
        file_limit_mb: Mebibytes = Mebibytes::new(20), 1..=64;
        /// Most files of one listing.
        files_per_listing: u32 = 30, 1..=1_000;
        /// Most that the files of one enterprise may take together, their small versions not counted.
        files_mb_per_enterprise: Mebibytes = Mebibytes::new(500), 1..=1_048_576;
        /// Most that what an enterprise handed in with its dossiers may take together of those that ended in this calendar
        /// year without a certificate: withdrawn, refused. Beyond it files are added to no new dossier until the next year.
        ended_dossiers_mb_per_enterprise: Mebibytes = Mebibytes::new(2_000), 1..=1_048_576;
        /// How long sending a file and looking into it may take in all.
        file_timeout_s: Seconds = Seconds::new(120), 1..=3_600;
        /// Bytes a second that a file must come with on average, after `body_grace_ms`; 0 demands none.
        file_min_bytes_per_s: u32 = 4_096, 0..=1_048_576;
        /// How long a link to a file is good that shows it without a token.
        file_link_minutes: Minutes = Minutes::new(5), 1..=60;
        /// Program in which files are looked into, started as `PROGRAM sandbox-file`, and as `PROGRAM sandbox-table` for
        /// workbooks that are imported: this one inside a stricter cage, for instance. Empty means this program itself.
        file_decoder: Option<PathBuf> = None;
        /// Where clamd, or what speaks its protocol, looks for malware in every file before it is kept. While it cannot, no
        /// file is taken. Its `StreamMaxLength` must not be below `file_limit_mb`. Empty means that nobody looks.
        clamd_address: Option<ClamdAddress> = None;
        /// How long it may take for one file.
        clamd_timeout_s: Seconds = Seconds::new(60), 1..=600;
    }
    "Listings" {
        /// How long a listing is public after its approval or its owner's last confirmation. Owners are told 30 days, 14 days
        /// and 1 day before. A term that has begun keeps its end.
        listing_term_days: Days = Days::new(365), 60..=3_650;
        /// How long the owner of a listing has to answer an inquiry before that is over. A term that has begun keeps its end.
        inquiry_answer_days: Days = Days::new(30), 1..=365;
    }
    "Enterprises" {
        /// How long what an officer verified of an enterprise is taken for true. Owners are told 30 days, 14 days and 1 day
        /// before; after it the enterprise stays as it is and is shown with a verification that is over. A term that has
        /// begun keeps its end.
        verification_term_days: Days = Days::new(730), 90..=3_650;
    }
    "Search" {
        /// Directory of the search index, which can be deleted at any time and is built anew. Empty means `index` under `data_dir`.
        index_dir: Option<PathBuf> = None;
        /// Memory for documents that wait to be written to the index.
        index_memory_mb: Mebibytes = Mebibytes::new(64), 15..=4_096;
        /// How long it is kept what was searched for: words and counts by day, and nobody who asked. 0 keeps nothing; then
        /// there are no reports about searches, and no former searches are suggested.
        search_log_days: Days = Days::new(365), 0..=1_095;
    }
    "Sign-in" {
        /// File of the master key (32 bytes in base64), readable by its owner only, from which the keys are derived that
        /// seal what the database keeps secret. All nodes need the same one. Empty means `master.key` under `data_dir`,
        /// which is created when absent. Back it up: without it second factors, recovery codes and sessions (refresh tokens)
        /// are lost, letters, links and asks under way, the keys that sign access tokens and the key of checkpoints.
        master_key_file: Option<PathBuf> = None;
        /// Whose rules new passwords follow: `nist` (SP 800-63B-4: length and no common ones) or `tcvn` (TCVN 14423: four
        /// classes of characters as well, and officers replace theirs every 60 days).
        password_policy: PasswordRules = PasswordRules::Nist;
        /// How long an access token of a member is valid.
        access_token_minutes: Minutes = Minutes::new(5), 1..=60;
        /// How long an access token of an officer is valid.
        officer_access_token_minutes: Minutes = Minutes::new(2), 1..=60;
        /// A member who does nothing for this long signs in again.
        refresh_idle_days: Days = Days::new(7), 1..=365;
        /// A member signs in again after this long in any case.
        refresh_absolute_days: Days = Days::new(30), 1..=365;
        /// An officer who does nothing for this long signs in again.
        officer_refresh_idle_minutes: Minutes = Minutes::new(15), 1..=1_440;
        /// An officer signs in again after this long in any case.
        officer_refresh_absolute_hours: Hours = Hours::new(12), 1..=168;
        /// Sessions that one account has at once. A further sign-in ends the one that was used longest ago.
        sessions_per_account: u32 = 50, 1..=10_000;
        /// Memory for one Argon2id password hash. Memory and iterations together must reach one of OWASP's minimums:
        /// 47104 with 1 iteration, 19456 with 2, 12288 with 3, 9216 with 4 or 7168 with 5.
        argon2_memory_kib: u32 = 19_456, 7_168..=4_194_304;
        /// Passes of Argon2id over its memory.
        argon2_iterations: u32 = 2, 1..=100;
        /// Lanes of Argon2id. Stored hashes keep the parameters that they were made with.
        argon2_parallelism: u32 = 1, 1..=16;
        /// Threads that hash passwords, which bounds the memory and the processor time that sign-ins can take. There are
        /// never more than processors less one, so that a flood of sign-ins leaves one to everybody else.
        hash_threads: usize = 2, 1..=64;
        /// Sign-ins that may wait for a hashing thread; when the queue is full, clients are told to come back later.
        hash_queue: usize = 16, 1..=10_000;
    }
    "Personal data" {
        /// Whether others process personal data for the operator: a mail provider, a host. Then the longer legal terms of
        /// requests about data apply (Decree 356/2025), since the others have to be told too.
        data_at_processors: YesOrNo = YesOrNo::No;
        /// Days within which data are shown or put right. This term and the next three are from secondary sources: hold
        /// them against the text of the decree. Each request keeps the deadline that it got when it came.
        data_provide_days: u16 = 10, 1..=20;
        /// The same with `data_at_processors = yes`.
        data_provide_days_at_processors: u16 = 15, 1..=30;
        /// Days within which data are erased.
        data_erase_days: u16 = 20, 1..=20;
        /// The same with `data_at_processors = yes`.
        data_erase_days_at_processors: u16 = 30, 1..=30;
    }
    "Mail" {
        /// How letters leave: `smtp` to a submission server; `file` into `mail` under `data_dir`, one `.eml` each, for
        /// development; `console` to standard error, for development; `hold` not at all, so that they wait in the
        /// queue, for maintenance.
        mail_transport: MailTransport = MailTransport::File;
        /// Who letters come from, such as `Sàn giao dịch <no-reply@san.example.gov.vn>`. Needed for `smtp`.
        mail_from: Option<Sender> = None;
        /// The submission server. Its certificate must be valid for this name.
        smtp_host: Option<HostName> = None;
        /// Port of the submission server; 0 means 587 with `starttls`, 465 with `implicit` and 25 with `none`.
        smtp_port: u16 = 0, 0..=65_535;
        /// How the connection is protected: `starttls` (required, never skipped), `implicit`, or `none`, which is
        /// accepted for a server on this machine only.
        smtp_tls: SmtpTls = SmtpTls::Starttls;
        /// User at the submission server; empty signs in nowhere.
        smtp_user: Option<Word> = None;
        /// Password at the submission server. Give it in the environment, or in a file that only the server can read.
        smtp_password: Option<Secret> = None;
    }
    "Review" {
        /// How long an officer has what was taken up from the queue, unless it is taken up again: until then nobody else
        /// decides on it.
        review_claim_minutes: Minutes = Minutes::new(30), 1..=1_440;
        /// What waits for so long is told in the morning of working days to the officers who may decide on it, in one letter
        /// to each.
        review_digest_after_hours: Hours = Hours::new(24), 1..=720;
        /// What is approved by two officers, one after the other: whatever has one of these flags. Empty: one is enough
        /// for everything. `first_publication` adds the first listing of each enterprise. Documents of profiles and logos are
        /// one officer's to accept. The flags are in docs/review.md.
        review_second_look_flags: Flags = Flags::risky();
    }
    "Logging" {
        /// How log lines are written to standard error: `text` for people, `json` for collectors.
        log_format: LogFormat = LogFormat::Text;
        /// What is logged: a level (`error`, `warn`, `info`, `debug`, `trace`, `off`), or levels for parts, such as
        /// `info,vptex::jobs=debug`. Query strings are never logged, whatever the level.
        log_level: LogFilter = LogFilter::info();
        /// Address of a collector of traces that takes OTLP over HTTP, such as `http://127.0.0.1:4318`; `/v1/traces` is added.
        /// Empty sends none.
        otlp_endpoint: Option<PublicUrl> = None;
        /// Which part of the traces that begin here is sent. A trusted proxy that sends `traceparent` decides itself.
        otlp_sample_ratio: Share = Share::ALL;
    }
}

impl Config {
    /// The address under which the program itself answers: `public_url`, or, where that is what it is by default, the port on
    /// which the server listens on this machine.
    #[must_use]
    pub fn address(&self) -> String {
        let port = self.listen.port();
        if self.public_url != PublicUrl::local() || port == 0 {
            return self.public_url.as_str().trim_end_matches('/').to_owned();
        }
        let ip = match self.listen.ip() {
            ip if ip.is_loopback() => ip,
            // From elsewhere nobody knows how this machine is called.
            _ => IpAddr::from([127, 0, 0, 1]),
        };
        format!("http://{}", SocketAddr::new(ip, port))
    }

    /// The database, the default filled in.
    #[must_use]
    pub fn database(&self) -> DatabaseUrl {
        self.database_url
            .clone()
            .unwrap_or_else(|| DatabaseUrl::Sqlite(self.data_dir.join("vptex.sqlite3")))
    }

    /// The directory of the search index, the default filled in.
    #[must_use]
    pub fn index_path(&self) -> PathBuf {
        self.index_dir.clone().unwrap_or_else(|| self.data_dir.join("index"))
    }

    /// The directory of files, the default filled in.
    #[must_use]
    pub fn files_path(&self) -> PathBuf {
        self.files_dir.clone().unwrap_or_else(|| self.data_dir.join("files"))
    }

    /// The file of the master key, the default filled in.
    #[must_use]
    pub fn master_key_path(&self) -> PathBuf {
        self.master_key_file
            .clone()
            .unwrap_or_else(|| self.data_dir.join("master.key"))
    }

    /// The file to which checkpoints of the audit trail are added.
    #[must_use]
    pub fn checkpoints_path(&self) -> PathBuf {
        self.data_dir.join("audit-checkpoints.txt")
    }

    /// Whether the schema is brought up to date at start, `auto` resolved.
    #[must_use]
    pub fn migrates_on_start(&self) -> bool {
        match self.migrate_on_start {
            MigrateOnStart::Auto => matches!(self.database(), DatabaseUrl::Sqlite(_)),
            MigrateOnStart::Yes => true,
            MigrateOnStart::No => false,
        }
    }
}
