//! Connections: TLS by the server itself, and people who connect and say nothing.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned, version,
};

use crate::program::{JUNHENG, run, scratch};
use crate::serve::{Server, kill};

/// A file of a certificate for `localhost` that is worth nothing elsewhere.
fn tls(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/tls")
        .join(name)
}

fn data(test: &str) -> (PathBuf, PathBuf) {
    let folder = scratch(test);
    let data = folder.join("data");
    fs::create_dir(&data).unwrap();
    (folder, data)
}

const ASK: &str = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// What a client that speaks these versions of TLS is answered.
fn ask(
    address: &str,
    versions: &[&'static tokio_rustls::rustls::SupportedProtocolVersion],
) -> (String, Option<ProtocolVersion>) {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(tls("cert.pem")).unwrap();
    roots.add(certificate).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(client, TcpStream::connect(address).unwrap());
    stream.write_all(ASK.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer, stream.conn.protocol_version())
}

#[test]
fn statement_40_tls_by_itself() {
    let (folder, data) = data("tls");
    let mut command = Command::new(JUNHENG);
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    command.arg("--tls-cert").arg(tls("cert.pem"));
    command.arg("--tls-key").arg(tls("key.pem")).arg("--data");
    let mut server = Server::run(&mut command, &data, false);
    for (version, told) in [
        (&version::TLS13, ProtocolVersion::TLSv1_3),
        (&version::TLS12, ProtocolVersion::TLSv1_2),
    ] {
        let (answer, spoken) = ask(&server.address, &[version]);
        assert_eq!(spoken, Some(told));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let head = answer.to_lowercase();
        assert!(head.contains("strict-transport-security"), "{answer}");
    }
    // Who speaks plainly gets no word of HTTP.
    let mut plain = TcpStream::connect(&server.address).unwrap();
    plain.write_all(ASK.as_bytes()).unwrap();
    let mut answer = Vec::new();
    drop(plain.read_to_end(&mut answer));
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    kill(&mut server.process);
    // A key that is none, or one file without the other, stops the start.
    let data = data.display().to_string();
    let certificate = tls("cert.pem").display().to_string();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", &data];
    let alone = ["--tls-cert", &certificate];
    assert_eq!(run(&folder, &[&serve[..], &alone].concat()).status, 2);
    let none = ["--tls-cert", &certificate, "--tls-key", &certificate];
    let ran = run(&folder, &[&serve[..], &none].concat());
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("TLS"), "{}", ran.err);
}

/// Whoever lets other machines reach it without TLS is told what that means.
#[test]
fn statement_40_plain_addresses_are_told() {
    for (address, more, told) in [
        ("0.0.0.0:0", "--idle=15", true),
        ("127.0.0.1:0", "--idle=15", false),
        ("0.0.0.0:0", "--behind-tls", false),
    ] {
        let (_, data) = data("plain");
        let mut command = Command::new(JUNHENG);
        command.args(["serve", "--lang", "en", more, "--listen", address, "--data"]);
        let mut process = command.arg(&data).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = Vec::new();
        for line in BufReader::new(process.stderr.take().unwrap()).lines() {
            said.push(line.unwrap());
            if said.last().is_some_and(|l| l.starts_with("First start")) {
                break;
            }
        }
        kill(&mut process);
        let told_of = said.iter().any(|line| line.contains("unencrypted"));
        assert_eq!(told_of, told, "{address} {more}: {said:?}");
    }
}

/// Whoever connects and says nothing, or half a request, is let go.
#[test]
fn silent_callers_are_let_go() {
    let (_, data) = data("silent_callers");
    let mut command = Command::new(JUNHENG);
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]);
    let mut server = Server::run(&mut command, &data, false);
    let began = Instant::now();
    let callers = ["", "GET /health HT", "GET /health HTTP/1.1\r\nHost: x\r\n"].map(|said| {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        stream.write_all(said.as_bytes()).unwrap();
        let most = Duration::from_secs(90);
        stream.set_read_timeout(Some(most)).unwrap();
        thread::spawn(move || stream.read_to_end(&mut Vec::new()).is_ok())
    });
    for caller in callers {
        assert!(caller.join().unwrap(), "after {:?}", began.elapsed());
    }
    kill(&mut server.process);
}

/// A hundred people who log in at one moment, known or not, do not take the machine's memory.
#[cfg(target_os = "linux")]
#[test]
fn log_ins_at_once_take_little_memory() {
    let (_, data) = data("log_ins");
    let mut command = Command::new(JUNHENG);
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]);
    let mut server = Server::run(&mut command, &data, false);
    let body = r#"{"login":"nobody","password":"wrong"}"#;
    let request = format!(
        "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let refused = thread::scope(|scope| {
        let callers: Vec<_> = (0..100)
            .map(|_| {
                scope.spawn(|| {
                    let mut stream = TcpStream::connect(&server.address).unwrap();
                    stream.write_all(request.as_bytes()).unwrap();
                    let mut answer = String::new();
                    stream.read_to_string(&mut answer).unwrap();
                    answer.starts_with("HTTP/1.1 401")
                })
            })
            .collect();
        callers
            .into_iter()
            .filter_map(|c| c.join().ok())
            .filter(|r| *r)
            .count()
    });
    assert_eq!(refused, 100);
    let status = fs::read_to_string(format!("/proc/{}/status", server.process.id())).unwrap();
    let peak = status
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    // Each of a hundred tried at once would add 19 MB.
    assert!(kilobytes < 500_000, "{kilobytes} kB");
    kill(&mut server.process);
}
