import { _t } from "@web/core/l10n/translation";

/** How each state of a request looks: a colour and an icon, so that colour never stands alone. */
export const REQUEST_LOOK = {
    preview: { color: "bg-200 text-reset", icon: "fa-pencil-square-o" },
    pending: { color: "text-bg-info", icon: "fa-hourglass-half" },
    approved: { color: "text-bg-success", icon: "fa-check" },
    executed: { color: "text-bg-success", icon: "fa-check-circle" },
    refused: { color: "text-bg-danger", icon: "fa-times" },
    returned: { color: "text-bg-warning", icon: "fa-reply" },
    withdrawn: { color: "bg-200 text-reset", icon: "fa-undo" },
    void: { color: "bg-200 text-reset", icon: "fa-ban" },
    cancelled: { color: "bg-200 text-reset", icon: "fa-ban" },
};

/** How each answer looks: the same colours and icons as the state it leads to. */
export const VERDICT_LOOK = {
    approve: { color: "text-success", icon: "fa-check" },
    accept: { color: "text-success", icon: "fa-check" },
    handle: { color: "text-success", icon: "fa-check" },
    opinion: { color: "text-info", icon: "fa-comment" },
    propose: { color: "text-warning", icon: "fa-check" },
    refuse: { color: "text-danger", icon: "fa-times" },
    decline: { color: "text-danger", icon: "fa-times" },
    return: { color: "text-warning", icon: "fa-reply" },
};

/** How grave a note on the sheet is. */
export const NOTE_LOOK = {
    info: { color: "alert-info", icon: "fa-info-circle" },
    warning: { color: "alert-warning", icon: "fa-exclamation-triangle" },
    danger: { color: "alert-danger", icon: "fa-exclamation-circle" },
};

/** A tone is a colour and a sign, so that colour never stands alone. */
export const TONE = {
    good: { color: "text-success", icon: "fa-check", label: _t("good") },
    warning: { color: "text-warning-emphasis", icon: "fa-exclamation-triangle", label: _t("attention") },
    danger: { color: "text-danger", icon: "fa-exclamation-circle", label: _t("important") },
    muted: { color: "text-muted" },
};

/** Names one after the other, as the language of the user separates them. */
export function joined(names) {
    return names.join(_t(", "));
}
