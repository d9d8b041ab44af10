#![allow(clippy::unwrap_used)]
use super::*;

fn refusal(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn bytes_are_read_in_the_encoding_they_declare() {
    let gbk =
        [b"<?xml version='1.0' encoding=\"GB2312\"?><a>".as_slice(), &[0xb1, 0xa9, 0xd3, 0xea], b"</a>"];
    let read = decode(&gbk.concat()).unwrap().text.into_owned();
    assert_eq!(own_text(parse(&read).unwrap().root_element()), "暴雨");
    let utf16: Vec<u8> = "\u{feff}<a>暴雨</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(decode(&utf16).unwrap().text, "<a>暴雨</a>");
    assert_eq!(decode("\u{feff}<a/>".as_bytes()).unwrap().text, "<a/>");
    let latin = decode(b"<?xml version='1.0' encoding='utf-8'?><a>m\xe9t\xe9o</a>").unwrap();
    assert!(latin.has_wrong_bytes && latin.text.contains("m\u{fffd}t"));
    let stray = decode(b"<a>\x0bb\0</a>").unwrap();
    assert!(stray.has_wrong_bytes && parse(&stray.text).is_ok());
    let unknown = decode(b"<?xml version='1.0' encoding='ebcdic-9'?><a/>").err().unwrap();
    assert_eq!(unknown, Unreadable::Encoding { name: "ebcdic-9".to_owned() });
    assert!(matches!(decode(&vec![b' '; LARGEST_DOCUMENT + 1]), Err(Unreadable::TooLarge { .. })));
}

#[test]
fn what_would_cost_too_much_is_refused_before_it_is_parsed() {
    assert!(refusal("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>").contains("document type"));
    assert!(refusal(&"<a>".repeat(100_000)).contains("inside one another"));
    let crowd: String = (0..1000).map(|n| format!(" a{n}='<'")).collect();
    assert!(refusal(&format!("<a{crowd}/>")).contains("attributes"));
    let spaces = |n: usize| (0..20).map(|k| format!(" xmlns:n{n}k{k}='u{n}{k}'")).collect::<String>();
    assert!(refusal(&format!("<a{}><b{}/></a>", spaces(1), spaces(2))).contains("namespaces"));
    assert!(refusal(&format!("<a>{}</a>", "<![CDATA[x]]>".repeat(65))).contains("CDATA"));
    assert!(refusal("<a>&unknown;</a>").contains("well-formed"));
}

#[test]
fn what_only_looks_costly_is_read() {
    let many = format!("<a>{}</a>", "<b xmlns='u'><![CDATA[x<y>]]></b><!-- <c> --><?d <e> ?>".repeat(1000));
    let document = parse(&many).unwrap();
    assert_eq!(children(document.root_element(), "b").count(), 1000);
    let quoted = "<a b='/>' c=\"'>\"><d/></a>";
    assert_eq!(parse(quoted).unwrap().root_element().attribute("b"), Some("/>"));
}

#[test]
fn escaped_text_is_read_back_as_it_was() {
    let text = "a<b>&\"'\r\n\t山\u{1}\u{fffe}";
    let document = format!("<a b=\"{0}\">{0}</a>", escaped(text));
    let document = parse(&document).unwrap();
    assert_eq!(document.root_element().text(), Some("a<b>&\"'\r\n\t山"));
}
