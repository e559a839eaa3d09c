import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

/** A moment of the server, in the user's time zone and format. */
export function dateText(value) {
    return value ? toLocaleDateTimeString(deserializeDateTime(value)) : "";
}

/** The largest unit only: an approval takes “2 days”, nobody reads the minutes. */
export function durationText(seconds) {
    const minutes = Math.max(1, Math.round(seconds / 60));
    const [unit, size] = [["days", 1440], ["hours", 60], ["minutes", 1]].find(
        ([, size]) => minutes >= size
    );
    return luxon.Duration.fromObject({ [unit]: Math.floor(minutes / size) }).toHuman();
}

export function tookText(seconds) {
    return _t("after %(duration)s", { duration: durationText(seconds) });
}

export function sinceText(value) {
    if (!value) {
        return "";
    }
    const seconds = -deserializeDateTime(value).diffNow("seconds").seconds;
    return _t("since %(date)s (%(duration)s)", {
        date: dateText(value),
        duration: durationText(seconds),
    });
}

/** When something is due: how far away it is, and the moment itself for those who want to know. */
export function describeDue(value) {
    if (!value) {
        return null;
    }
    const seconds = deserializeDateTime(value).diffNow("seconds").seconds;
    const distance = durationText(Math.abs(seconds));
    return {
        late: seconds < 0,
        text: seconds < 0 ? _t("%s overdue", distance) : _t("due in %s", distance),
        title: dateText(value),
    };
}
