//! A service of warnings for consoles to read: a list in Atom and its alerts, over HTTP.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

/// A red warning in force, and in English, for the ground between two corners (west, south, east, north).
pub fn red_warning([west, south, east, north]: [f64; 4]) -> String {
    format!(
        "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>R1</identifier><sender>cqqx</sender>\
         <sent>2026-07-01T08:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>\
         <info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>\
         <severity>Extreme</severity><certainty>Likely</certainty><effective>2026-07-01T08:00:00+08:00</effective>\
         <expires>2190-01-01T00:00:00+08:00</expires><description>三小时内一百毫米以上。</description>\
         <instruction>临江、临坡人员立即转移。</instruction><area><areaDesc>渝中区</areaDesc>\
         <polygon>{south},{west} {south},{east} {north},{east} {north},{west} {south},{west}</polygon></area></info>\
         </alert>"
    )
}

/// Serves a list of one alert as long as the test runs; its address.
pub fn serve(alert: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let list = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>urn:list</id><title>warnings</title>\
         <updated>2026-07-01T00:00:00Z</updated><entry><id>urn:1</id><title>1</title>\
         <updated>2026-07-01T00:00:00Z</updated><link href=\"/1.xml\" type=\"application/cap+xml\"/></entry></feed>";
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A console that hangs up while it is answered asks again.
            let _ = answer(stream, list, &alert);
        }
    });
    address
}

fn answer(mut stream: TcpStream, list: &str, alert: &str) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let asked = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let body = if asked.contains(".xml") { alert } else { list };
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close";
    write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}
