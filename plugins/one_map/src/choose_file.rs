//! The window in which a file is chosen that is to be laid on the map.

use bevy::prelude::Resource;
use bevy_egui::egui;
use egui_file_dialog::{FileDialog, FileDialogLabels};
use shell::{Language, Theme, Words};
use std::path::PathBuf;

/// The endings of files that can be laid on the map.
const ENDINGS: [&str; 10] =
    ["geojson", "json", "geojsonl", "geojsons", "ndjson", "fgb", "glb", "gltf", "mbtiles", "pmtiles"];

/// It, while it is open.
#[derive(Resource, Default)]
pub(crate) struct ChooseFile {
    dialog: Option<FileDialog>,
    /// The folder of the file chosen last.
    folder: Option<PathBuf>,
}

impl ChooseFile {
    /// Opens it, at most as large as the screen.
    pub fn open(&mut self, words: &Words, theme: &Theme, screen: egui::Vec2) {
        let size = egui::vec2(640.0, 400.0).min(screen - egui::vec2(24.0, 48.0));
        let kind = words.get("laid.files");
        let mut dialog = FileDialog::new()
            .title(words.get("laid.choose"))
            .add_file_filter_extensions(kind, ENDINGS.to_vec())
            .default_file_filter(kind)
            .default_size(size)
            .max_size(size)
            .min_size(size.min(egui::vec2(320.0, 200.0)))
            .anchor(egui::Align2::CENTER_CENTER, egui::Vec2::ZERO)
            // The band of the exercise stays as bright as it is.
            .modal_overlay_color(theme.panel.background.with_alpha(0.0).egui())
            .show_new_folder_button(false)
            .show_pinned_folders(false)
            .resizable(false)
            .movable(false);
        if words.language == Language::Chinese {
            dialog = dialog.labels(chinese());
        }
        if let Some(folder) = self.folder.clone().or_else(std::env::home_dir) {
            dialog = dialog.initial_directory(folder);
        }
        dialog.pick_file();
        self.dialog = Some(dialog);
    }

    /// Shows it while it is open; the file that was chosen.
    pub fn show(&mut self, context: &egui::Context) -> Option<PathBuf> {
        let dialog = self.dialog.as_mut()?;
        dialog.update(context);
        // It reads folders on a thread of its own and does not say when that is done.
        context.request_repaint_after(std::time::Duration::from_millis(200));
        let picked = dialog.take_picked();
        if picked.is_some() || !matches!(dialog.state(), egui_file_dialog::DialogState::Open) {
            self.dialog = None;
        }
        self.folder = picked.as_ref().and_then(|file| Some(file.parent()?.to_owned())).or(self.folder.take());
        picked
    }
}

/// What it says in Chinese.
fn chinese() -> FileDialogLabels {
    let text = str::to_owned;
    FileDialogLabels {
        cancel: text("取消"),
        reload: text("刷新"),
        working_directory: text("当前目录"),
        show_hidden: text("显示隐藏文件"),
        show_system_files: text("显示系统文件"),
        heading_places: text("位置"),
        heading_devices: text("设备"),
        heading_removable_devices: text("可移动设备"),
        home_dir: text("主目录"),
        desktop_dir: text("桌面"),
        documents_dir: text("文档"),
        downloads_dir: text("下载"),
        audio_dir: text("音乐"),
        pictures_dir: text("图片"),
        videos_dir: text("视频"),
        selected_file: text("已选文件:"),
        file_filter_all_files: text("所有文件"),
        open_button: text("打开"),
        cancel_button: text("取消"),
        ..FileDialogLabels::default()
    }
}
