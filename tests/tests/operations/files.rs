//! A disk that is full where images are kept.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Client, Program,
    client::text,
    pictures::png,
    shop::{DEMO_PASSWORD, address, new_folder},
};

/// A small file system of its own, which is gone with this value.
struct Small(PathBuf);

impl Small {
    /// `None` where nobody may mount one.
    fn mount() -> Option<Self> {
        let folder = new_folder();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(&folder).output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        assert!(std::env::var_os("CI").is_none(), "a tmpfs cannot be mounted");
        eprintln!("skipped: the test of a full disk has to mount a tmpfs, as root");
        None
    }

    /// Takes all the space that is left.
    fn fill(&self) {
        let mut file = std::fs::File::create(self.0.join("fill")).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
    }

    fn empty(&self) {
        std::fs::remove_file(self.0.join("fill")).unwrap();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[tokio::test]
async fn an_upload_to_a_full_disk_is_refused_whole_and_can_be_sent_again() {
    let Some(disk) = Small::mount() else { return };
    let program = Program::new("rialto").args(["--ephemeral", "--listen", "127.0.0.1:0"]);
    let program = program.env("FILES_DIR", disk.0.display().to_string()).env("DEMO_PASSWORD", DEMO_PASSWORD);
    let process = program.start();
    let admin = Client::anonymous(&address(&process.says("Rialto is ready"))).log_in("admin", DEMO_PASSWORD).await;
    let document = "mutation Upload($input: UploadImageInput!) { uploadImage(input: $input) {
        image { url } uploadUrl userErrors { code } } }";
    let input = json!({"filename": "a.png", "contentType": "image/png", "size": 8000});
    let permitted = admin.query(document, json!({"input": input})).await;
    let upload = permitted.payload("uploadImage");
    let (image, upload) = (text(&upload["image"]["url"]), text(&upload["uploadUrl"]));
    let send = async || {
        let request = admin.request(Method::PUT, upload).header("content-type", "image/png");
        request.body(png(8000)).send().await.unwrap()
    };
    disk.fill();
    let before = entries(&disk.0);
    for _ in 0..2 {
        let refused = send().await;
        assert_eq!(refused.status().as_u16(), 500);
        assert_eq!(refused.json::<Value>().await.unwrap()["error"]["code"], "INTERNAL");
        assert_eq!(admin.get(image).await.status().as_u16(), 404);
        assert_eq!(entries(&disk.0), before, "no part is left");
    }
    assert!(process.log().contains("a file could not be kept"), "{}", process.log());
    disk.empty();
    assert_eq!(send().await.status().as_u16(), 201);
    assert_eq!(admin.get(image).await.bytes().await.unwrap(), png(8000));
    assert_eq!(send().await.status().as_u16(), 201, "the same again");
}
