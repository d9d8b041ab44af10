//! Authorities that vouch for certificates, made for a test, and clients that trust them.

use backend::TlsFiles;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::path::{Path, PathBuf};

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut about = CertificateParams::new(Vec::<String>::new()).unwrap();
        about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        about.distinguished_name.push(DnType::CommonName, format!("authority {} of a test", fresh()));
        let pem = about.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(about, key), pem }
    }

    /// The file by which others trust it.
    pub fn file(&self, folder: &Path) -> PathBuf {
        let file = folder.join(format!("ca-{}.pem", fresh()));
        std::fs::write(&file, &self.pem).unwrap();
        file
    }

    /// Certificate and key for `names`, written over the files in `folder`.
    pub fn certify(&self, names: &[&str], folder: &Path) -> TlsFiles {
        self.certify_until(names, folder, 2100)
    }

    pub fn certify_until(&self, names: &[&str], folder: &Path, year: i32) -> TlsFiles {
        let files = TlsFiles { certificate: folder.join("cert.pem"), key: folder.join("key.pem") };
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut about = CertificateParams::new(names).unwrap();
        about.not_after = rcgen::date_time_ymd(year, 1, 1);
        let certificate = about.signed_by(&key, &self.issuer).unwrap();
        std::fs::write(&files.certificate, certificate.pem()).unwrap();
        std::fs::write(&files.key, key.serialize_pem()).unwrap();
        files
    }
}

fn fresh() -> u64 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

/// Asks for `path` by TLS, trusting only the authority in `ca`: the status and the text, or why not.
pub fn get_by_tls(url: &str, ca: &Path) -> Result<(u16, String), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ca = reqwest::Certificate::from_pem(&std::fs::read(ca).unwrap()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([ca]).no_proxy().build().unwrap();
    runtime.block_on(async {
        let answer = client.get(url).send().await.map_err(|error| format!("{error:?}"))?;
        Ok((answer.status().as_u16(), answer.text().await.unwrap()))
    })
}
