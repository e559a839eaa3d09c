import { Component } from "@odoo/owl";

import { FileModel } from "@web/core/file_viewer/file_model";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { url } from "@web/core/utils/urls";

/** Files of a request: pictures and PDFs open in Odoo's viewer, in place also on a phone. */
export class ApprovalFileList extends Component {
    static template = "approval_chain.FileList";
    static props = {
        files: Array,
        onRemove: { type: Function, optional: true },
    };

    setup() {
        this.viewer = useFileViewer();
    }

    get files() {
        return this.props.files.map((row) => Object.assign(new FileModel(), row));
    }

    icon(file) {
        if (file.isPdf) {
            return "fa-file-pdf-o";
        }
        return file.isText ? "fa-file-text-o" : "fa-file-o";
    }

    thumbnail(file) {
        return url(`/web/image/${file.id}/64x64`, { unique: file.checksum });
    }

    open(file, files) {
        if (file.isViewable) {
            this.viewer.open(file, files);
        } else {
            window.open(file.isUrl ? file.url : file.downloadUrl, "_blank", "noopener");
        }
    }
}
