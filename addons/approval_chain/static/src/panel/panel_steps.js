import { _t } from "@web/core/l10n/translation";

import { VERDICT_LOOK, joined } from "../looks";
import { dateText, describeDue, sinceText, tookText } from "./panel_times";

const FACES_SHOWN = 3;
const STOPPED = ["refuse", "return"];

function verdictLabel({ verdict, is_auto: automatic }) {
    const labels = automatic
        ? {
              approve: _t("Approved automatically, the time was up"),
              refuse: _t("Refused automatically, the time was up"),
          }
        : {};
    return (
        labels[verdict] ||
        {
            approve: _t("Approved"),
            opinion: _t("Opinion given"),
            handle: _t("Handled"),
            refuse: _t("Refused"),
            return: _t("Returned"),
            hand_over: _t("Handed over"),
            propose: _t("Terms proposed"),
            accept: _t("Terms accepted"),
            decline: _t("Terms declined"),
        }[verdict]
    );
}

function stateLabel(step) {
    return (
        {
            done: _t("Done"),
            open: _t("Now"),
            skipped: _t("Skipped: not needed for this document"),
            closed: _t("Not asked any more"),
        }[step.state] || _t("To come")
    );
}

/** How several people answer among themselves, and how far they are. */
function modeLabel(step, counted) {
    if (["skipped", "closed"].includes(step.state)) {
        return "";
    }
    const answered = counted.filter((slot) => slot.state === "done").length;
    const total = counted.length;
    const asked = step.slots.filter(
        (slot) => !slot.superseded && !slot.is_terms && slot.verdict !== "hand_over"
    ).length;
    const waiting = step.state === "waiting";
    if (step.mode === "quorum") {
        const needed = asked ? Math.min(step.quorum, asked) : step.quorum;
        const approved = counted.filter((s) => s.verdict && !STOPPED.includes(s.verdict)).length;
        return waiting
            ? _t("%(needed)s of %(total)s have to agree", { needed, total: asked })
            : _t("%(needed)s of %(total)s have to agree: %(approved)s so far", {
                  needed,
                  total: asked,
                  approved,
              });
    }
    if (step.mode === "all" && total > 1) {
        return waiting
            ? _t("All of them")
            : _t("All: %(answered)s of %(total)s answered", { answered, total });
    }
    if (step.mode === "order" && total > 1) {
        return waiting
            ? _t("One after the other")
            : _t("One after the other: %(answered)s of %(total)s answered", { answered, total });
    }
    const people = new Set(step.slots.flatMap((slot) => slot.people.map((face) => face.id)));
    return step.state !== "done" && people.size > 1 ? _t("Any one") : "";
}

function describeSlot(slot, step, place) {
    const answered = Boolean(slot.verdict) && slot.state !== "open";
    const look = VERDICT_LOOK[slot.verdict] || { color: "text-muted" };
    return {
        ...slot,
        key: slot.id || `place-${place}`,
        answered,
        mineFor: slot.mine_for ? _t("for %s:", slot.mine_for) : "",
        hidden: slot.state === "closed" && slot.verdict !== "hand_over",
        faces: slot.people.slice(0, FACES_SHOWN),
        names: joined(slot.people.map((face) => face.name)),
        verdictLabel: answered ? verdictLabel(slot) : "",
        verdictColor: look.color,
        forWhom: slot.on_behalf_of ? _t("for %s", slot.on_behalf_of.name) : "",
        handedFrom: slot.handed_from ? _t("handed over by %s", slot.handed_from) : "",
        when: answered ? dateText(slot.decided_at) : "",
        took: answered && slot.seconds !== false ? tookText(slot.seconds) : "",
        since: slot.state === "open" ? sinceText(slot.opened_at || step.opened_at) : "",
    };
}

function describeStep(step, number) {
    const current = step.slots.filter((slot) => !slot.superseded);
    const counted = current.filter((slot) => !slot.is_terms && slot.state !== "closed");
    const answered = current.filter((slot) => slot.state === "done");
    const stopped =
        ["closed", "done"].includes(step.state) &&
        answered.find((slot) => STOPPED.includes(slot.verdict));
    const look = VERDICT_LOOK[(stopped || answered.at(-1))?.verdict];
    let icon = "";
    if (step.state === "done" || stopped) {
        icon = look?.icon || "fa-check";
    } else if (["skipped", "closed"].includes(step.state)) {
        icon = "fa-minus";
    }
    const slots = step.slots.map((slot, place) => describeSlot(slot, step, place));
    return {
        ...step,
        key: step.id || `next-${step.sequence || number}`,
        number,
        shape: stopped ? "done" : step.state,
        icon,
        color: step.state === "done" || stopped ? look?.color : "",
        stateLabel: stateLabel(step),
        // why it was passed is said by the server; that it was is said by the mark
        remark: step.note || (["skipped", "closed"].includes(step.state) ? stateLabel(step) : ""),
        kindLabel: { opinion: _t("Opinion"), handle: _t("Handling") }[step.kind],
        addedBy: step.added_by ? _t("added by %s", step.added_by) : "",
        howMany: modeLabel(step, counted),
        due: step.state === "open" ? describeDue(step.due_at) : null,
        checked: new Set(current.flatMap((slot) => slot.checked || [])),
        slots: slots.filter((slot) => !slot.superseded),
        superseded: slots.filter((slot) => slot.superseded && slot.answered),
    };
}

/**
 * The steps as they are drawn: those of one stage are asked at the same time and stand together.
 *
 * @param {Object} panel see `approval.request._panel`
 * @returns {{ key: string, number: number, steps: Object[], shape: string }[]}
 */
export function describeStages(panel) {
    const stages = [];
    for (const step of panel.steps) {
        const last = stages.at(-1);
        if (last && step.stage && last.stage === step.stage) {
            last.rows.push(step);
        } else {
            stages.push({ stage: step.stage, rows: [step] });
        }
    }
    return stages.map(({ rows }, index) => {
        const parallel = rows.length > 1;
        // side by side, the number stands at the stage
        const steps = rows.map((step) => describeStep(step, parallel ? "" : index + 1));
        const shapes = steps.map((step) => step.shape);
        return {
            key: `stage-${index + 1}`,
            number: index + 1,
            steps,
            parallel,
            shape: ["open", "waiting", "done"].find((shape) => shapes.includes(shape)),
        };
    });
}
