import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime } = luxon;
const DAY = 86400000;
/** Moments are put down on full quarters of an hour; the server finds the next working time. */
const QUARTER = 900000;
/** So many days are named above the bars at most. */
const NAMED_DAYS = 14;

/**
 * Bars on rows, time from left to right: operations on work centres, stages of a project.
 *
 * The field holds `rows` of `{id, name}` and `bars` of `{id, row, name, start, end}`, whose times are
 * milliseconds of UTC; with `days` they are dates, the last one included. A bar is `late`, `done` or
 * `fixed`. It is dragged along its row, or moved by the arrow keys; `action_move` of the model `moves`
 * says whether it can be there, and where it is then.
 */
export class FlowTimeline extends Component {
    static template = "sale_order_flow.FlowTimeline";
    static props = { ...standardFieldProps, moves: { type: String, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.canvas = useRef("canvas");
        this.drag = useState({ id: false, shift: 0, saving: false });
    }

    get value() {
        return this.props.record.data[this.props.name] || { rows: [], bars: [] };
    }

    get step() {
        return this.value.days ? DAY : QUARTER;
    }

    get bars() {
        if (!this.value.days) {
            return this.value.bars;
        }
        return this.value.bars.map((bar) => ({
            ...bar,
            start: DateTime.fromISO(bar.start).toMillis(),
            end: DateTime.fromISO(bar.end).plus({ days: 1 }).toMillis(),
        }));
    }

    get span() {
        const bars = this.bars;
        const first = DateTime.fromMillis(Math.min(...bars.map((bar) => bar.start)));
        const last = DateTime.fromMillis(Math.max(...bars.map((bar) => bar.end - 1)));
        return { start: first.startOf("day").toMillis(), end: last.endOf("day").toMillis() + 1 };
    }

    get days() {
        const { start, end } = this.span;
        const count = Math.round((end - start) / DAY);
        const step = Math.max(1, Math.ceil(count / NAMED_DAYS));
        const found = [];
        for (let index = 0; index < count; index += step) {
            const day = DateTime.fromMillis(start).plus({ days: index });
            found.push({ key: index, label: day.toFormat("LL-dd"), left: (index / count) * 100 });
        }
        return found;
    }

    get width() {
        const { start, end } = this.span;
        return ((end - start) / DAY) * (this.value.days ? 16 : 48);
    }

    /** Where now is, in percent; nothing when that is outside. */
    get now() {
        const { start, end } = this.span;
        const now = (DateTime.now().toMillis() - start) / (end - start);
        return now > 0 && now < 1 ? now * 100 : null;
    }

    get rows() {
        const bars = this.bars;
        return this.value.rows.map((row) => ({
            ...row,
            bars: bars.filter((bar) => bar.row === row.id),
        }));
    }

    isFixed(bar) {
        return this.props.readonly || !this.props.moves || bar.fixed;
    }

    style(bar) {
        const { start, end } = this.span;
        const shift = this.drag.id === bar.id ? this.drag.shift : 0;
        const left = ((bar.start + shift - start) / (end - start)) * 100;
        const width = ((bar.end - bar.start) / (end - start)) * 100;
        return `left: ${left}%; width: max(${width}%, 4px);`;
    }

    title(bar) {
        const [format, last] = this.value.days ? ["LL-dd", bar.end - 1] : ["LL-dd HH:mm", bar.end];
        const text = (moment) => DateTime.fromMillis(moment).toFormat(format);
        return `${bar.name}\n${text(bar.start)} – ${text(last)}`;
    }

    onPointerDown(bar, ev) {
        if (this.isFixed(bar) || this.drag.saving || ev.button) {
            return;
        }
        ev.preventDefault();
        ev.target.setPointerCapture(ev.pointerId);
        this.from = ev.clientX;
        Object.assign(this.drag, { id: bar.id, shift: 0 });
    }

    onPointerMove(bar, ev) {
        if (this.drag.id !== bar.id || this.drag.saving) {
            return;
        }
        const { start, end } = this.span;
        const pixels = this.canvas.el.getBoundingClientRect().width;
        const shift = ((ev.clientX - this.from) / pixels) * (end - start);
        this.drag.shift = Math.round(shift / this.step) * this.step;
    }

    async onPointerUp(bar) {
        if (this.drag.id !== bar.id || this.drag.saving) {
            return;
        }
        if (!this.drag.shift) {
            this.drag.id = false;
            return;
        }
        this.drag.saving = true;
        try {
            await this.move(bar, this.drag.shift);
        } finally {
            Object.assign(this.drag, { id: false, shift: 0, saving: false });
        }
    }

    onPointerCancel() {
        Object.assign(this.drag, { id: false, shift: 0 });
    }

    /** With the keyboard: one step, with Shift a day, of days a week. */
    async onKeydown(bar, ev) {
        const way = { ArrowLeft: -1, ArrowRight: 1 }[ev.key];
        if (!way || this.isFixed(bar) || this.drag.saving) {
            return;
        }
        ev.preventDefault();
        const far = this.value.days ? 7 * DAY : DAY;
        this.drag.saving = true;
        try {
            await this.move(bar, way * (ev.shiftKey ? far : this.step));
        } finally {
            this.drag.saving = false;
        }
    }

    async move(bar, shift) {
        const record = this.props.record;
        if (!(await record.save())) {
            return;
        }
        const from = DateTime.fromMillis(bar.start);
        const start = this.value.days
            ? from.plus({ days: shift / DAY }).toISODate()
            : from.plus(shift).toUTC().toFormat("yyyy-LL-dd HH:mm:ss");
        await this.orm.call(this.props.moves, "action_move", [[bar.id], start]);
        await record.load();
    }
}

export const flowTimeline = {
    component: FlowTimeline,
    displayName: _t("Timeline"),
    supportedTypes: ["json"],
    supportedOptions: [{ label: _t("Model of the bars"), name: "moves", type: "string" }],
    extractProps: ({ options }) => ({ moves: options.moves }),
};

registry.category("fields").add("flow_timeline", flowTimeline);
