//! Contents that are not what they were: nothing of them is given out, however much of it was asked for.

use std::fs::{self, File};
use std::path::PathBuf;

use reqwest::Method;

use crate::documents::{draft, send};
use crate::harness::documents::{PDF, pdf, pdf_with};
use crate::harness::{Person, Reply, TestApp, pictures};

const HOUR: i64 = 60 * 60;
/// What is not larger is looked at each time.
const SMALL: usize = 1 << 20;

/// Where the content of a file lies.
fn place(app: &TestApp, sha256: &str) -> PathBuf {
    app.kept_path().join(sha256.get(..2).unwrap()).join(sha256)
}

fn flip(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut flipped = bytes.to_vec();
    flipped[at] ^= 0x20;
    flipped
}

async fn read(app: &TestApp, by: &Person, path: &str, headers: &[(&str, &str)]) -> Reply {
    let call = app.get(path).by(by);
    let call = headers
        .iter()
        .fold(call, |call, (name, value)| call.header(name, value));
    call.send().await
}

#[actix_web::test]
async fn nothing_of_a_damaged_content_is_given_out() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    let kept = pdf(1);
    let added = send(&app, &owner, &listing, PDF, kept.clone()).await;
    let path = format!("/files/{}", added.text("/id"));
    let lies_at = place(&app, added.text("/sha256"));
    let tag = format!("\"{}\"", added.text("/sha256"));
    let damages = [
        flip(&kept, 0),
        flip(&kept, kept.len() - 1),
        kept[..kept.len() / 2].to_vec(),
        [kept.as_slice(), b" "].concat(),
        pdf(2),
        // Of another size than what is brought back, so that no clock need tell them apart.
        Vec::new(),
    ];
    app.call(Method::HEAD, &path).by(&owner).expect(200).await;
    for damaged in &damages {
        fs::write(&lies_at, damaged).unwrap();
        for headers in [
            &[][..],
            &[("range", "bytes=0-0")],
            &[("range", "bytes=-3")],
            &[("range", "bytes=3-9")],
        ] {
            let refused = read(&app, &owner, &path, headers).await;
            assert_eq!(
                (refused.status, refused.code()),
                (500, "content_damaged"),
                "{headers:?}"
            );
            assert_eq!(refused.header("content-disposition"), None);
        }
        // Whoever wants to know how long it is learns what is known of it.
        app.call(Method::HEAD, &path).by(&owner).expect(500).await;
        // Of what has not changed nothing is sent.
        let known = read(&app, &owner, &path, &[("if-none-match", tag.as_str())]).await;
        assert_eq!((known.status, known.bytes.len()), (304, 0));
    }
    fs::remove_file(&lies_at).unwrap();
    // Waiting does not bring it back, so nobody is told to.
    let lost = app.get(&path).by(&owner).expect(500).await;
    assert_eq!((lost.code(), lost.header("retry-after")), ("content_damaged", None));
    app.call(Method::HEAD, &path).by(&owner).expect(500).await;
    // Whoever brings it back has it back.
    fs::write(&lies_at, &kept).unwrap();
    app.call(Method::HEAD, &path).by(&owner).expect(200).await;
    assert_eq!(app.get(&path).by(&owner).expect(200).await.bytes, kept);
    // A picture in small is a content of its own, and of the large one's damage it knows nothing.
    let picture = app.post(&format!("/listings/{listing}/files?name=anh.jpg")).by(&owner);
    let picture = picture
        .file("image/jpeg", pictures::photograph(800, 600))
        .expect(201)
        .await;
    let large = place(&app, picture.text("/sha256"));
    fs::write(&large, flip(&fs::read(&large).unwrap(), 700)).unwrap();
    let path = format!("/files/{}", picture.text("/id"));
    assert_eq!(app.get(&path).by(&owner).expect(500).await.code(), "content_damaged");
    app.get(&format!("{path}?size=160")).by(&owner).expect(200).await;
}

#[actix_web::test]
async fn what_was_right_is_looked_at_again_when_it_lies_there_otherwise_and_each_hour() {
    let app = TestApp::spawn().await;
    let (owner, listing) = draft(&app).await;
    // One that is sent from memory once it was looked at, and one that is larger than that.
    let stuff = "x".repeat(3 << 20);
    let stream = format!("<</Length {}>>\nstream\n{stuff}\nendstream", stuff.len());
    for kept in [pdf(1), pdf_with("", "", &[&stream], "")] {
        let owner = app.again(&owner).await;
        let added = send(&app, &owner, &listing, PDF, kept.clone()).await;
        assert_eq!(added.status, 201, "{:#}", added.body);
        let path = format!("/files/{}", added.text("/id"));
        let lies_at = place(&app, added.text("/sha256"));
        for _often in 0..3 {
            assert_eq!(app.get(&path).by(&owner).expect(200).await.bytes, kept);
            let part = app
                .get(&path)
                .by(&owner)
                .header("range", "bytes=5-99")
                .expect(206)
                .await;
            assert_eq!(part.bytes, kept[5..100]);
        }
        // It is another size now, which is seen at once.
        for damaged in [[kept.as_slice(), b"\n"].concat(), kept[..kept.len() - 2].to_vec()] {
            fs::write(&lies_at, damaged).unwrap();
            for headers in [&[][..], &[("range", "bytes=-9")]] {
                let refused = read(&app, &owner, &path, headers).await;
                assert_eq!((refused.status, refused.code()), (500, "content_damaged"));
            }
            fs::write(&lies_at, &kept).unwrap();
            assert_eq!(app.get(&path).by(&owner).expect(200).await.bytes, kept);
        }
        // A disk that loses a bit says nothing of it: size and times are those of before.
        let before = fs::metadata(&lies_at).unwrap().modified().unwrap();
        fs::write(&lies_at, flip(&kept, kept.len() / 2)).unwrap();
        File::options()
            .write(true)
            .open(&lies_at)
            .unwrap()
            .set_modified(before)
            .unwrap();
        if kept.len() > SMALL {
            app.clock.pass(HOUR);
        }
        let owner = app.again(&owner).await;
        let refused = app.get(&path).by(&owner).expect(500).await;
        assert_eq!(refused.code(), "content_damaged");
        fs::write(&lies_at, &kept).unwrap();
        assert_eq!(app.get(&path).by(&owner).expect(200).await.bytes, kept);
    }
}
