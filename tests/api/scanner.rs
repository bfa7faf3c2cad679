//! Files are looked through for malware before anything of them is kept, whichever way they come in.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use vptex::config::{ClamdAddress, Seconds, Value as _};

use crate::harness::TestApp;
use crate::harness::documents::{PDF, pdf};
use crate::hostile_files::{doors, draft, good, through};

/// What every scanner takes for malware, and nobody else: in two halves, so that none takes this file for it.
const EICAR: [&str; 2] = [
    "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-",
    "ANTIVIRUS-TEST-FILE!$H+H*",
];

/// How a scanner behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    /// Takes all and says nothing.
    Silent,
    /// Takes no more than so many bytes.
    Narrow(usize),
    /// Hangs up at once.
    Rude,
}

/// Speaks clamd's protocol as clamd(8) lays it down: commands that begin with `z` and end with a zero byte; of `INSTREAM`
/// parts with their length before them in four bytes, the highest first, up to one without bytes.
fn serve(stream: impl Read + Write, mood: Mood) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    if mood == Mood::Rude {
        return Ok(());
    }
    let mut command = Vec::new();
    stream.read_until(0, &mut command)?;
    let answer = match command.as_slice() {
        b"zPING\0" => "PONG".into(),
        b"zINSTREAM\0" => scan(&mut stream, mood)?,
        _ => "UNKNOWN COMMAND".into(),
    };
    if mood == Mood::Silent {
        // Until the other side has had enough.
        io::copy(&mut stream, &mut io::sink())?;
        return Ok(());
    }
    write!(stream.get_mut(), "{answer}\0")
}

fn scan(stream: &mut impl Read, mood: Mood) -> io::Result<String> {
    let mut bytes = Vec::new();
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
        if length == 0 {
            break;
        }
        let start = bytes.len();
        bytes.resize(start + length, 0);
        stream.read_exact(&mut bytes[start..])?;
    }
    // Said when all of it was read: whoever hangs up before may have its last word lost on the way.
    if matches!(mood, Mood::Narrow(most) if bytes.len() > most) {
        return Ok("INSTREAM size limit exceeded. ERROR".into());
    }
    let eicar = EICAR.concat();
    let is_infected = bytes.windows(eicar.len()).any(|part| part == eicar.as_bytes());
    Ok(if is_infected {
        "stream: Eicar-Test-Signature FOUND"
    } else {
        "stream: OK"
    }
    .into())
}

/// A scanner on a port of this machine; it lives as long as the test's process.
fn clamd(mood: &Arc<Mutex<Mood>>) -> ClamdAddress {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mood = mood.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mood = *mood.lock().unwrap();
            // A client that hangs up in the middle is no concern of the scanner's.
            thread::spawn(move || drop(serve(stream, mood)));
        }
    });
    ClamdAddress::parse(&address).unwrap()
}

fn with(address: ClamdAddress) -> TestApp {
    let mut app = TestApp::prepare();
    app.config.clamd_address = Some(address);
    app.config.clamd_timeout_s = Seconds::new(1);
    app.start();
    app
}

/// How many contents are kept.
fn kept(app: &TestApp) -> usize {
    fn count(folder: &Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return 0;
        };
        entries
            .map(|entry| entry.unwrap().path())
            .map(|path| if path.is_dir() { count(&path) } else { 1 })
            .sum()
    }
    count(&app.config.files_path().join("kept"))
}

#[actix_web::test]
async fn malware_is_refused_at_every_door_and_nothing_of_it_is_kept() {
    let mood = Arc::new(Mutex::new(Mood::Well));
    let app = with(clamd(&mood));
    app.settle().await;
    let visitors = draft(&app).await;
    let (owner, listing) = (&visitors.owner, &visitors.listing);
    for door in doors().keys() {
        let (media, bytes, status) = good(door);
        let before = kept(&app);
        let infected = [bytes.as_slice(), EICAR.concat().as_bytes()].concat();
        let call = through(&app, door, &visitors, "a").file(media, infected);
        let refused = call.expect(422).await;
        assert_eq!(refused.pointers(), ["content"], "{door}");
        assert_eq!(refused.text("/errors/0/code"), "file_infected", "{door}");
        assert_eq!(kept(&app), before, "{door}");
        // What is clean comes in whole.
        let call = through(&app, door, &visitors, "b").file(media, bytes);
        call.expect(status).await;
    }
    assert!(kept(&app) > 0);
    let list = app.get(&format!("/listings/{listing}/files")).by(owner);
    let list = list.expect(200).await;
    let path = format!("/files/{}", list.text("/items/0/id"));
    assert_eq!(app.get(&path).by(owner).expect(200).await.bytes, pdf(1));
}

#[actix_web::test]
async fn while_nobody_can_look_no_file_is_taken_and_all_else_goes_on() {
    let mood = Arc::new(Mutex::new(Mood::Well));
    let app = with(clamd(&mood));
    app.settle().await;
    let visitors = draft(&app).await;
    let (owner, listing) = (&visitors.owner, &visitors.listing);
    let ready = async |app: &TestApp| app.request(reqwest::Method::GET, "/readyz").expect(200).await;
    assert_eq!(ready(&app).await.body["scanner"], true);
    for trouble in [Mood::Rude, Mood::Silent, Mood::Narrow(100)] {
        *mood.lock().unwrap() = trouble;
        for door in doors().keys() {
            let (media, bytes, _) = good(door);
            let before = kept(&app);
            let long = [bytes.as_slice(), &[b' '; 200]].concat();
            let refused = through(&app, door, &visitors, "a").file(media, long).expect(503).await;
            // A fault of whoever set it up is told as one, and no file as malware.
            let code = match trouble {
                Mood::Narrow(_) => "scanner_limit",
                _ => "scanner_unavailable",
            };
            assert_eq!(refused.code(), code, "{door}");
            assert!(refused.header("retry-after").is_some(), "{door}");
            assert_eq!(kept(&app), before, "{door}");
        }
        app.get(&format!("/listings/{listing}")).by(owner).expect(200).await;
    }
    *mood.lock().unwrap() = Mood::Rude;
    app.clock.pass(2);
    assert_eq!(ready(&app).await.body["scanner"], false);
    *mood.lock().unwrap() = Mood::Well;
    app.clock.pass(2);
    assert_eq!(ready(&app).await.body["scanner"], true);
    let path = format!("/listings/{listing}/files?name=a.pdf");
    app.post(&path).by(owner).file(PDF, pdf(1)).expect(201).await;
}

#[actix_web::test]
async fn a_scanner_listens_on_a_socket_of_the_file_system_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clamd.ctl");
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || drop(serve(stream, Mood::Well)));
        }
    });
    let app = with(ClamdAddress::Unix(path.clone()));
    app.settle().await;
    let visitors = draft(&app).await;
    let (owner, listing) = (&visitors.owner, &visitors.listing);
    let files = format!("/listings/{listing}/files?name=a.pdf");
    app.post(&files).by(owner).file(PDF, pdf(1)).expect(201).await;
    let infected = [pdf(2).as_slice(), EICAR.concat().as_bytes()].concat();
    let refused = app.post(&files).by(owner).file(PDF, infected).expect(422).await;
    assert_eq!(refused.text("/errors/0/code"), "file_infected");
    std::fs::remove_file(&path).unwrap();
    let refused = app.post(&files).by(owner).file(PDF, pdf(3)).expect(503).await;
    assert_eq!(refused.code(), "scanner_unavailable");

    // Nobody is asked where nobody is named, and readiness says nothing of it.
    let app = TestApp::spawn().await;
    let visitors = draft(&app).await;
    let (owner, listing) = (&visitors.owner, &visitors.listing);
    let files = format!("/listings/{listing}/files?name=a.pdf");
    app.post(&files).by(owner).file(PDF, pdf(1)).expect(201).await;
    let ready = app.request(reqwest::Method::GET, "/readyz").expect(200).await;
    assert_eq!(ready.body.get("scanner"), None);
}

/// Whoever writes to a scanner that hangs up early is told what it said.
#[test]
fn the_scanner_of_these_tests_speaks_as_clamd_does() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || serve(listener.accept().unwrap().0, Mood::Well));
    let mut client = TcpStream::connect(address).unwrap();
    client.write_all(b"zINSTREAM\0\0\0\0\x02ab\0\0\0\0").unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "stream: OK\0");
    server.join().unwrap().unwrap();
}
