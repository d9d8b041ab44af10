//! A password that is not in the URL: as `psql` finds it.

use postgres::config::Host;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// The password of PGPASSWORD, or of the first line that fits in PGPASSFILE or ~/.pgpass.
pub fn found(settings: &postgres::Config) -> Option<String> {
    if let Ok(given) = std::env::var("PGPASSWORD") {
        return Some(given);
    }
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".pgpass"));
    let file = std::env::var_os("PGPASSFILE").map(PathBuf::from).or_else(home)?;
    let mode = std::fs::metadata(&file).ok()?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(file = %file.display(), "not read: others may read it too; chmod 0600 it");
        return None;
    }
    let text = std::fs::read_to_string(&file).ok()?;
    let user = settings.get_user().map(str::to_owned).or_else(|| std::env::var("USER").ok())?;
    let host = match settings.get_hosts().first()? {
        Host::Tcp(name) => name.clone(),
        // As psql has it: every socket is the own machine.
        Host::Unix(_) => "localhost".to_owned(),
    };
    let port = settings.get_ports().first().copied().unwrap_or(5432).to_string();
    in_file(&text, [&host, &port, settings.get_dbname().unwrap_or(&user), &user])
}

/// The password of the first line `host:port:database:user:password` that fits; `*` fits all, `\` keeps a `:` or `\`.
fn in_file(text: &str, asked: [&str; 4]) -> Option<String> {
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = fields(line);
        let (password, named) = fields.split_last()?;
        let fits = |(field, asked): (&String, &str)| field == "*" || field == asked;
        (named.len() == 4 && named.iter().zip(asked).all(fits)).then(|| password.clone())
    })
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (c, fields.len(), fields.last_mut()) {
            (':', 1..5, _) => fields.push(String::new()),
            ('\\', _, Some(field)) => field.extend(chars.next()),
            (c, _, Some(field)) => field.push(c),
            _ => {}
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_is_taken() {
        let file = "# comment\ndb:5432:other:duty:no\n*:5432:city:du\\:ty:it\\:is:this\n*:*:*:*:any\n";
        assert_eq!(in_file(file, ["db", "5432", "city", "du:ty"]).as_deref(), Some("it:is:this"));
        assert_eq!(in_file(file, ["db", "5432", "other", "duty"]).as_deref(), Some("no"));
        assert_eq!(in_file(file, ["elsewhere", "1", "x", "y"]).as_deref(), Some("any"));
        assert_eq!(in_file("db:5432:city", ["db", "5432", "city", "duty"]), None);
    }
}
