import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime } = luxon;
const DAY = 86400000;
/** A drag is put down on full quarters of an hour; the server finds the next working time. */
const GRID = 900000;

/**
 * Operations of a schedule as bars: one row for each work centre, time from left to right (P4).
 *
 * A bar is dragged along its row; the server says whether it can be there, and when it ends.
 */
export class ScheduleTimeline extends Component {
    static template = "sales_planning_mrp.ScheduleTimeline";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.canvas = useRef("canvas");
        this.drag = useState({ id: false, shift: 0, saving: false });
    }

    get value() {
        return this.props.record.data[this.props.name] || { rows: [], bars: [] };
    }

    get span() {
        const { bars } = this.value;
        if (!bars.length) {
            return { start: 0, end: DAY };
        }
        const first = DateTime.fromMillis(Math.min(...bars.map((bar) => bar.start)));
        const last = DateTime.fromMillis(Math.max(...bars.map((bar) => bar.end)));
        return { start: first.startOf("day").toMillis(), end: last.endOf("day").toMillis() + 1 };
    }

    get days() {
        const { start, end } = this.span;
        const count = Math.round((end - start) / DAY);
        const step = Math.max(1, Math.ceil(count / 14));
        const found = [];
        for (let index = 0; index < count; index += step) {
            const day = DateTime.fromMillis(start).plus({ days: index });
            found.push({ key: index, label: day.toFormat("LL-dd"), left: (index / count) * 100 });
        }
        return found;
    }

    get width() {
        const { start, end } = this.span;
        return Math.max(100, ((end - start) / DAY) * 48);
    }

    barsOf(row) {
        return this.value.bars.filter((bar) => bar.row === row.id);
    }

    style(bar) {
        const { start, end } = this.span;
        const shift = this.drag.id === bar.id ? this.drag.shift : 0;
        const left = ((bar.start + shift - start) / (end - start)) * 100;
        const width = ((bar.end - bar.start) / (end - start)) * 100;
        return `left: ${left}%; width: max(${width}%, 4px);`;
    }

    title(bar) {
        const format = (moment) => DateTime.fromMillis(moment).toFormat("LL-dd HH:mm");
        return `${bar.name}\n${format(bar.start)} – ${format(bar.end)}`;
    }

    onPointerDown(bar, ev) {
        if (this.props.readonly || this.drag.saving || ev.button) {
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
        this.drag.shift = Math.round(shift / GRID) * GRID;
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
            await this.move(bar, bar.start + this.drag.shift);
        } finally {
            Object.assign(this.drag, { id: false, shift: 0, saving: false });
        }
    }

    onPointerCancel() {
        Object.assign(this.drag, { id: false, shift: 0 });
    }

    /** With the keyboard: a quarter of an hour, with Shift a day. */
    async onKeydown(bar, ev) {
        const way = { ArrowLeft: -1, ArrowRight: 1 }[ev.key];
        if (!way || this.props.readonly || this.drag.saving) {
            return;
        }
        ev.preventDefault();
        this.drag.saving = true;
        try {
            await this.move(bar, bar.start + way * (ev.shiftKey ? DAY : GRID));
        } finally {
            this.drag.saving = false;
        }
    }

    async move(bar, moment) {
        const record = this.props.record;
        if (!(await record.save())) {
            return;
        }
        const start = DateTime.fromMillis(moment).toUTC().toFormat("yyyy-LL-dd HH:mm:ss");
        await this.orm.call("production.schedule.operation", "action_move", [[bar.id], start]);
        await record.load();
    }
}

export const scheduleTimeline = {
    component: ScheduleTimeline,
    displayName: _t("Timeline of a Schedule"),
    supportedTypes: ["json"],
};

registry.category("fields").add("schedule_timeline", scheduleTimeline);
