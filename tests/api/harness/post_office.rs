//! A submission server of a test's own, and mailers that send to it.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use vptex::jobs::mailer::{Delivery, MailSettings, Mailer, Protection, Round, SmtpServer};

use super::TestApp;

/// A server that takes letters as they come, in clear text; it lives as long as the test's process.
pub struct PostOffice {
    port: u16,
    heard: Arc<Mutex<Heard>>,
}

#[derive(Default)]
struct Heard {
    /// What is answered to the next recipients; all others are welcome.
    answers: VecDeque<&'static str>,
    letters: Vec<String>,
    commands: Vec<String>,
}

impl PostOffice {
    /// In clear text.
    pub fn open() -> Self {
        Self::serving(serve)
    }

    /// Behind TLS, with a certificate that nobody vouches for.
    pub fn with_a_self_made_certificate() -> Self {
        let chain = vec![CertificateDer::from_pem_slice(include_bytes!("../../data/tls/self-made.pem")).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("../../data/tls/self-made-key.pem")).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let config = Arc::new(config);
        Self::serving(move |stream, heard| {
            let tls = ServerConnection::new(config.clone()).map_err(std::io::Error::other)?;
            serve(StreamOwned::new(tls, stream), heard)
        })
    }

    fn serving(talk: impl Fn(TcpStream, &Mutex<Heard>) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (heard, talk) = (Arc::new(Mutex::new(Heard::default())), Arc::new(talk));
        let office = Self {
            port,
            heard: heard.clone(),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (heard, talk) = (heard.clone(), talk.clone());
                // A client that hangs up in the middle is no concern of the server's.
                thread::spawn(move || drop(talk(stream, &heard)));
            }
        });
        office
    }

    /// What is answered to the next recipient.
    pub fn answer(&self, answer: &'static str) {
        self.heard.lock().unwrap().answers.push_back(answer);
    }

    /// Letters taken so far.
    pub fn letters(&self) -> Vec<String> {
        self.heard.lock().unwrap().letters.clone()
    }

    /// Everything that clients said, but the letters.
    pub fn commands(&self) -> Vec<String> {
        self.heard.lock().unwrap().commands.clone()
    }

    /// A way to it.
    pub fn delivery(&self, protection: Protection) -> Delivery {
        Delivery::Smtp(SmtpServer {
            host: "127.0.0.1".into(),
            port: self.port,
            protection,
            credentials: None,
        })
    }
}

fn serve(stream: impl Read + Write, heard: &Mutex<Heard>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(b"220 post office\r\n")?;
    stream.get_mut().flush()?;
    while let Some(line) = line(&mut stream)? {
        let command = line.split(' ').next().unwrap_or_default().to_uppercase();
        heard.lock().unwrap().commands.push(line);
        let answer = match command.as_str() {
            "RCPT" => heard.lock().unwrap().answers.pop_front().unwrap_or("250 welcome"),
            "DATA" => {
                stream.get_mut().write_all(b"354 go on\r\n")?;
                let letter = letter(&mut stream)?;
                heard.lock().unwrap().letters.push(letter);
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 post office",
        };
        stream.get_mut().write_all(format!("{answer}\r\n").as_bytes())?;
        stream.get_mut().flush()?;
    }
    Ok(())
}

/// The next line without its end, if there is one.
fn line(stream: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    let length = stream.read_line(&mut line)?;
    Ok((length > 0).then(|| line.trim_end().to_owned()))
}

fn letter(stream: &mut impl BufRead) -> std::io::Result<String> {
    let mut letter = String::new();
    while let Some(line) = line(stream)?.filter(|line| line != ".") {
        letter.push_str(&line);
        letter.push_str("\r\n");
    }
    Ok(letter)
}

impl TestApp {
    /// A mailer beside the server, whose own letters wait.
    pub fn mailer(&self, delivery: Delivery) -> Arc<Mailer> {
        let settings = MailSettings {
            delivery,
            from_name: Some("Sàn giao dịch".into()),
            from_address: "no-reply@san.example.vn".into(),
        };
        Arc::new(Mailer::open(self.exchange(), &settings).unwrap().unwrap())
    }
}

/// Sends what is due.
pub async fn send_due(mailer: &Arc<Mailer>) -> Round {
    let mailer = mailer.clone();
    tokio::task::spawn_blocking(move || mailer.send_due().unwrap())
        .await
        .unwrap()
}

/// What a letter says: as plain text, and as a page.
pub fn letter_parts(letter: &str) -> (String, String) {
    let (head, body) = letter.split_once("\r\n\r\n").unwrap();
    let boundary = head.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
    let parts: Vec<&str> = body.split(&format!("--{boundary}")).collect();
    assert_eq!((parts.len(), parts[3].trim()), (4, "--"));
    assert!(parts[1].contains("text/plain") && parts[2].contains("text/html"));
    (decoded(parts[1]), decoded(parts[2]))
}

/// What a body says once its transfer encoding is undone.
fn decoded(part: &str) -> String {
    let (head, body) = part.split_once("\r\n\r\n").unwrap();
    if head.contains("base64") {
        let bytes = STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap();
        return String::from_utf8(bytes).unwrap();
    }
    let joined = body.replace("=\r\n", "");
    let mut pieces = joined.split('=');
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).unwrap()
}
