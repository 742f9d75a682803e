//! Syslog against a real rsyslog, over TCP and TLS.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "support/fixture.rs"]
mod fixture;
#[path = "support/receivers.rs"]
mod receivers;

use std::{fs, path::Path, process::Command, time::Duration};

use dosimeter_sink::{Error, Event, Format, Outcome, Sink, SyslogSink, Trust};
use serde_json::Value;

use self::{
    fixture::{event, events},
    receivers::Running,
};

/// An rsyslog that writes what it understood of each message into `folder/out`, a line for each.
fn rsyslog(folder: &Path, port: u16, driver: &str) -> Option<Running> {
    let program = receivers::system("rsyslogd", "rsyslog")?;
    let settings = folder.join("rsyslog.conf");
    let folder = folder.display();
    let template =
        "%pri%\\t%timestamp:::date-rfc3339%\\t%hostname%\\t%app-name%\\t%msgid%\\t%msg%\\n";
    let text = format!(
        "global(workDirectory=\"{folder}\" maxMessageSize=\"64k\" {driver})\n\
         module(load=\"imtcp\" {mode})\n\
         template(name=\"out\" type=\"string\" string=\"{template}\")\n\
         ruleset(name=\"take\") {{ action(type=\"omfile\" file=\"{folder}/out\" template=\"out\") }}\n\
         input(type=\"imtcp\" address=\"127.0.0.1\" port=\"{port}\" ruleset=\"take\")\n",
        mode = if driver.is_empty() {
            ""
        } else {
            "StreamDriver.Name=\"ossl\" StreamDriver.Mode=\"1\" StreamDriver.AuthMode=\"anon\""
        },
    );
    fs::write(&settings, text).unwrap();
    let mut command = Command::new(program);
    command.arg("-n").arg("-f").arg(settings).arg("-i").arg(format!("{folder}/pid"));
    Some(Running::start(&mut command, port))
}

/// What rsyslog wrote, once it is `count` lines.
async fn written(folder: &Path, count: usize) -> Vec<Vec<String>> {
    let read = || fs::read_to_string(folder.join("out")).unwrap_or_default();
    for _ in 0..200 {
        if read().lines().count() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    read().lines().map(|line| line.splitn(6, '\t').map(str::to_owned).collect()).collect()
}

fn expected(event: &Event, format: Format) -> String {
    format!(" {}", format.write(event)).trim_start().to_owned()
}

#[tokio::test]
async fn rsyslog_reads_every_message_over_tcp() {
    let folder = tempfile::tempdir().unwrap();
    let port = receivers::free_port();
    let Some(server) = rsyslog(folder.path(), port, "") else { return };
    let url = format!("tcp://127.0.0.1:{port}");
    let sink = SyslogSink::new(Format::Cef, &url, &Trust::default(), false).unwrap();
    sink.check().await.unwrap();
    let events = events();
    assert_eq!(sink.deliver(&events).await, vec![Outcome::Delivered; events.len()]);
    let lines = written(folder.path(), events.len()).await;
    assert_eq!(lines.len(), events.len());
    for (line, event) in lines.iter().zip(&events) {
        let [priority, at, machine, program, id, message] = line.as_slice() else { panic!() };
        assert!((104..=111).contains(&priority.parse::<u32>().unwrap()), "log audit");
        assert_eq!(at.parse::<jiff::Timestamp>().unwrap().to_string(), event.at);
        assert_eq!((program.as_str(), id.as_str()), ("dosimeter", "finding"));
        assert!(!machine.is_empty());
        // A format of one line is not changed on its way.
        assert_eq!(*message, expected(event, Format::Cef));
    }
    drop(server);
    let away = sink.deliver(&[event(1)]).await;
    assert_eq!(away, [Outcome::Later("nobody answers", None)]);
    // The receiver is back, and so are we.
    let _server = rsyslog(folder.path(), port, "").unwrap();
    assert_eq!(sink.deliver(&[event(1)]).await, [Outcome::Delivered]);
    assert_eq!(written(folder.path(), events.len() + 1).await.len(), events.len() + 1);
}

#[tokio::test]
async fn rsyslog_reads_json_over_tls_from_those_who_trust_it() {
    let folder = tempfile::tempdir().unwrap();
    let Some([certificate, key]) = receivers::certificate(folder.path()) else { return };
    let port = receivers::free_port();
    let (file, key) = (certificate.display(), key.display());
    let driver = format!(
        "defaultNetstreamDriver=\"ossl\" defaultNetstreamDriverCAFile=\"{file}\" \
         defaultNetstreamDriverCertFile=\"{file}\" defaultNetstreamDriverKeyFile=\"{key}\""
    );
    let Some(_server) = rsyslog(folder.path(), port, &driver) else { return };
    let url = format!("tls://localhost:{port}");
    let trust = Trust { authority: Some(certificate), identity: None };
    let sink = SyslogSink::new(Format::Ecs, &url, &trust, false).unwrap();
    let events: Vec<Event> = (0..50).map(event).collect();
    assert_eq!(sink.deliver(&events).await, vec![Outcome::Delivered; 50]);
    let lines = written(folder.path(), 50).await;
    let last: Value = serde_json::from_str(lines[49].last().unwrap()).unwrap();
    assert_eq!(last["event"]["id"], events[49].id());
    // Who trusts the machine's roots only does not talk to it.
    let stranger = SyslogSink::new(Format::Ecs, &url, &Trust::default(), false).unwrap();
    let refused = stranger.deliver(&[event(1)]).await;
    assert_eq!(refused, [Outcome::Later("the other side's certificate is not trusted", None)]);
}

#[test]
fn what_would_be_readable_on_the_way_has_to_be_asked_for() {
    let new = |url, unencrypted| {
        SyslogSink::new(Format::Cef, url, &Trust::default(), unencrypted).map(drop)
    };
    assert_eq!(new("tcp://siem.test:514", false), Err(Error::Unencrypted));
    assert_eq!(new("tcp://siem.test:514", true), Ok(()));
    assert_eq!(new("tcp://[::1]:514", false), Ok(()));
    assert_eq!(new("tls://siem.test", false), Ok(()));
    assert_eq!(new("udp://siem.test", true), Err(Error::SyslogAddress));
}
