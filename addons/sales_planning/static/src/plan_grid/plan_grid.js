import { Component, onWillStart, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";

import { hasTouch } from "@web/core/browser/feature_detection";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { useDebounced } from "@web/core/utils/timing";
import { parseFloat as parseLocal } from "@web/views/fields/parsers";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { PlanHistory } from "./plan_history";

const MODEL = "sales.plan";
/** How long nobody types before the form is read again: its approval panel says what is missing. */
const REFRESH_AFTER = 1200;
/** Where the figures of a cell stand: this plan, last year, sales so far. */
const FIGURES = { amount: { plan: 0, last: 2, sold: 4 }, quantity: { plan: 1, last: 3, sold: 5 } };
const MONTHS = [...Array(12).keys()];
const COLUMNS = [
    { kind: "year", months: MONTHS },
    ...[0, 3, 6, 9].flatMap((first) => [
        ...[first, first + 1, first + 2].map((month) => ({ kind: "month", months: [month] })),
        { kind: "quarter", months: [first, first + 1, first + 2], number: first / 3 + 1 },
    ]),
];
const MOVES = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    PageUp: [-10, 0],
    PageDown: [10, 0],
};

/**
 * The grid of a sales plan: rows are targets, columns months.
 *
 * It is typed and pasted into like a spreadsheet. Every change is saved at once, a pasted block in one
 * call, and taken back by Ctrl+Z. What does not sum to the row above is marked. Last year and the
 * deviation stand in the cell, and open their orders.
 */
export class SalesPlanGrid extends Component {
    static template = "sales_planning.SalesPlanGrid";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.table = useRef("table");
        this.input = useRef("input");
        this.file = useRef("file");
        this.columns = COLUMNS;
        this.mutex = new Mutex();
        this.history = new PlanHistory();
        useState(this.history.state);
        this.unsaved = new Map();
        this.state = useState({
            grid: null,
            measure: "amount",
            row: 0,
            month: 0,
            until: null,
            text: null,
            folded: {},
            saving: false,
        });
        this.refreshForm = useDebounced(async () => {
            const { record } = this.props;
            if (!this.unsaved.size && this.state.text === null && !(await record.isDirty())) {
                await record.load();
            }
        }, REFRESH_AFTER);
        // buttons of the form wait until what was typed last is saved
        useBus(this.props.record.model.bus, "NEED_LOCAL_CHANGES", ({ detail }) =>
            detail.proms.push(this.mutex.getUnlockedDef())
        );
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps(({ record }) => {
            if (this.shown !== this.versionOf(record)) {
                return this.load(record);
            }
        });
        useEffect(
            (input) => {
                if (input) {
                    input.focus();
                    input.setSelectionRange(input.value.length, input.value.length);
                }
            },
            () => [this.input.el]
        );
    }

    // --------------------------------------------------------------------- what is shown

    get planId() {
        return this.props.record.resId;
    }

    /** What the grid was read for: another plan or state is read anew. */
    versionOf({ resId, data }) {
        return `${resId}/${data.state}/${data.approval_state}`;
    }

    async load(record) {
        this.shown = this.versionOf(record);
        this.history.clear();
        this.take(
            record.resId ? await this.orm.call(MODEL, "plan_grid_load", [[record.resId]]) : null
        );
    }

    take(grid) {
        this.state.grid = grid;
        this.byId = new Map((grid?.rows || []).map((row) => [row.id, row]));
        this.below = new Map();
        for (const row of grid?.rows || []) {
            if (row.parent_id) {
                this.below.set(row.parent_id, [...(this.below.get(row.parent_id) || []), row]);
            }
        }
        this.state.row = Math.min(this.state.row, Math.max(0, this.rows.length - 1));
    }

    /** The rows that are not folded away. */
    get rows() {
        const hidden = new Set();
        return (this.state.grid?.rows || []).filter((row) => {
            if (hidden.has(row.parent_id) || this.state.folded[row.parent_id]) {
                hidden.add(row.id);
                return false;
            }
            return true;
        });
    }

    get selected() {
        return this.rows[this.state.row];
    }

    get at() {
        return FIGURES[this.state.measure];
    }

    get digits() {
        const { currency, quantity_digits } = this.state.grid;
        return this.state.measure === "amount" ? currency.digits : quantity_digits;
    }

    columnLabel(column) {
        if (column.kind === "year") {
            return _t("Year");
        }
        return column.kind === "quarter"
            ? _t("Q%s", column.number)
            : this.state.grid.months[column.months[0]].label;
    }

    sum(row, column, at) {
        return column.months.reduce((total, month) => total + row.cells[month][at], 0);
    }

    shownFigure(figure) {
        if (!figure) {
            return "";
        }
        const whole = Math.abs(figure - Math.round(figure)) < 1e-6;
        return formatFloat(figure, { digits: [16, whole ? 0 : this.digits] });
    }

    isDivided(row) {
        return this.below.has(row.id);
    }

    /** How far the rows below are from what was decided for the row; zero when they agree. */
    gap(row, column) {
        const below = this.below.get(row.id);
        // whoever only reads sees some of the rows, and the sums of a plan in force agree
        if (!below || !this.state.grid.editable) {
            return 0;
        }
        const open = {
            months: column.months.filter((month) => !this.state.grid.months[month].closed),
        };
        const sum = below.reduce((total, child) => total + this.sum(child, open, this.at.plan), 0);
        const gap = this.sum(row, open, this.at.plan) - sum;
        return Math.abs(gap) < 10 ** -this.digits / 2 ? 0 : gap;
    }

    gapTitle(row, column) {
        const gap = this.gap(row, column);
        return gap
            ? _t(
                  "The rows below sum to %(sum)s: %(gap)s %(way)s.",
                  {
                      sum: this.shownFigure(this.sum(row, column, this.at.plan) - gap) || "0",
                      gap: this.shownFigure(Math.abs(gap)),
                      way: gap > 0 ? _t("are missing") : _t("too many"),
                  }
              )
            : "";
    }

    /** Sales against target of months that have begun; against last year before that. */
    deviation(row, column) {
        const plan = this.sum(row, column, this.at.plan);
        const sold = this.sum(row, column, this.at.sold);
        const last = this.sum(row, column, this.at.last);
        const over = column.months.every((month) => this.state.grid.months[month].over);
        if (plan && (sold || over)) {
            const share = sold / plan;
            const level = share >= 1 ? "success" : share >= 0.8 ? "warning" : "danger";
            return { share: Math.min(1, share), level, text: this.percent(share - 1), sold: true };
        }
        return plan && last ? { text: this.percent(plan / last - 1), level: "muted" } : null;
    }

    percent(share) {
        const text = formatFloat(share * 100, { digits: [16, 0] });
        return `${share > 0 ? "+" : ""}${text} %`;
    }

    isSelected(rowIndex, column) {
        if (column.kind !== "month") {
            return false;
        }
        const { row, month, until } = this.state;
        const [lastRow, lastMonth] = until || [row, month];
        const inside = (value, one, other) =>
            value >= Math.min(one, other) && value <= Math.max(one, other);
        return inside(rowIndex, row, lastRow) && inside(column.months[0], month, lastMonth);
    }

    isEditing(rowIndex, column) {
        return (
            this.state.text !== null &&
            column.kind === "month" &&
            rowIndex === this.state.row &&
            column.months[0] === this.state.month
        );
    }

    isTypable(column) {
        const { editable, months } = this.state.grid;
        return editable && column.kind === "month" && !months[column.months[0]].closed;
    }

    cellClass(row, rowIndex, column) {
        return {
            o_plan_sum: column.kind !== "month",
            o_plan_selected: this.isSelected(rowIndex, column),
            o_plan_typable: this.isTypable(column),
            o_plan_gap: Boolean(this.gap(row, column)),
        };
    }

    fold(row) {
        this.state.folded[row.id] = !this.state.folded[row.id];
        this.take(this.state.grid);
    }

    // --------------------------------------------------------------------- keyboard and mouse

    onCellClick(rowIndex, column, ev) {
        if (column.kind !== "month" || this.isEditing(rowIndex, column)) {
            return;
        }
        this.commit();
        const again = this.state.row === rowIndex && this.state.month === column.months[0];
        if (ev.shiftKey) {
            this.state.until = [rowIndex, column.months[0]];
        } else {
            Object.assign(this.state, { row: rowIndex, month: column.months[0], until: null });
            if (hasTouch() || (again && ev.detail > 1)) {
                this.edit();
            }
        }
        if (this.state.text === null) {
            this.table.el.focus({ preventScroll: true });
        }
    }

    edit(text) {
        const column = { kind: "month", months: [this.state.month] };
        if (this.selected && this.isTypable(column)) {
            const figure = this.selected.cells[this.state.month][this.at.plan];
            this.state.until = null;
            this.state.text = text ?? (figure ? formatFloat(figure, { digits: [16, this.digits] }) : "");
        }
    }

    onKeydown(ev) {
        const key = ev.key;
        const editing = this.state.text !== null;
        if (ev.ctrlKey || ev.metaKey) {
            return this.onShortcut(ev, key.toLowerCase(), editing);
        }
        if (ev.altKey || ev.isComposing) {
            return;
        }
        if (key === "Escape") {
            if (editing) {
                this.state.text = null;
                this.keepFocus();
                ev.stopPropagation();
                ev.preventDefault();
            }
        } else if (key === "Enter" || key === "Tab") {
            const back = ev.shiftKey ? -1 : 1;
            if (this.commit() && this.move(...(key === "Tab" ? [0, back] : [back, 0]))) {
                ev.preventDefault();
            }
            ev.stopPropagation();
            this.keepFocus();
        } else if (editing) {
            if (key === "ArrowUp" || key === "ArrowDown") {
                this.commit() && this.move(...MOVES[key]);
                this.keepFocus();
                ev.preventDefault();
            }
        } else if (key in MOVES || key === "Home" || key === "End") {
            const [down, right] = MOVES[key] || [0, key === "Home" ? -12 : 12];
            ev.shiftKey ? this.extend(down, right) : this.move(down, right);
            ev.preventDefault();
        } else if (key === "F2") {
            this.edit();
            ev.preventDefault();
        } else if (key === "Delete" || key === "Backspace") {
            this.set(this.block().map(([row, month]) => [row, month, 0]));
            ev.preventDefault();
        } else if (key.length === 1 && key !== " ") {
            this.edit(key);
            ev.preventDefault();
        }
    }

    onShortcut(ev, key, editing) {
        if (editing) {
            return;
        }
        if (key === "z" && !ev.shiftKey) {
            this.undo();
        } else if (key === "y" || (key === "z" && ev.shiftKey)) {
            this.redo();
        } else if (key === "enter") {
            this.open(this.selected, { months: [this.state.month] }, false);
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    /** :return: whether there was anywhere to go */
    move(down, right) {
        const row = this.state.row + down;
        const month = this.state.month + right;
        if (Math.abs(right) === 1 && (month < 0 || month > 11)) {
            const next = this.state.row + right;
            if (next < 0 || next >= this.rows.length) {
                return false;
            }
            Object.assign(this.state, { row: next, month: right > 0 ? 0 : 11, until: null });
        } else {
            Object.assign(this.state, {
                row: Math.max(0, Math.min(this.rows.length - 1, row)),
                month: Math.max(0, Math.min(11, month)),
                until: null,
            });
        }
        this.reveal();
        return true;
    }

    extend(down, right) {
        const [row, month] = this.state.until || [this.state.row, this.state.month];
        this.state.until = [
            Math.max(0, Math.min(this.rows.length - 1, row + down)),
            Math.max(0, Math.min(11, month + right)),
        ];
    }

    reveal() {
        const { row, month } = this.state;
        this.table.el
            .querySelector(`td[data-at="${row}/${month}"]`)
            ?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }

    keepFocus() {
        this.table.el.focus({ preventScroll: true });
    }

    onInput(ev) {
        this.state.text = ev.target.value;
    }

    /** Take over what was typed; false when it is no figure. */
    commit() {
        if (this.state.text === null) {
            return true;
        }
        const figure = this.parse(this.state.text);
        if (figure === null) {
            this.refuse(this.selected, this.state.month, this.state.text);
            return false;
        }
        this.state.text = null;
        this.set([[this.selected, this.state.month, figure]]);
        return true;
    }

    onBlur() {
        if (!this.commit()) {
            this.state.text = null;
        }
    }

    /** The selected cells: `[row, month]`. */
    block() {
        const { row, month, until } = this.state;
        const [lastRow, lastMonth] = until || [row, month];
        const range = (one, other) =>
            [...Array(Math.abs(one - other) + 1).keys()].map((at) => at + Math.min(one, other));
        return range(row, lastRow).flatMap((at) =>
            range(month, lastMonth).map((monthAt) => [this.rows[at], monthAt])
        );
    }

    onCopy(ev) {
        if (this.state.text !== null) {
            return;
        }
        const lines = new Map();
        for (const [row, month] of this.block()) {
            lines.set(row.id, [...(lines.get(row.id) || []), row.cells[month][this.at.plan]]);
        }
        const text = [...lines.values()].map((line) => line.join("\t")).join("\n");
        ev.clipboardData.setData("text/plain", text);
        ev.preventDefault();
    }

    /** A block from a spreadsheet, from the selected cell to the right and down. */
    onPaste(ev) {
        const text = ev.clipboardData.getData("text/plain");
        if (this.state.text !== null && !/[\t\n]/.test(text.trim())) {
            return;
        }
        ev.preventDefault();
        this.state.text = null;
        if (!this.state.grid.editable) {
            return;
        }
        const { row: first, month: firstMonth } = this.state;
        const changes = [];
        const lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n");
        for (const [down, line] of lines.entries()) {
            for (const [right, value] of line.split("\t").entries()) {
                const row = this.rows[first + down];
                const month = firstMonth + right;
                if (!row || month > 11) {
                    const message = _t("The block is larger than what is left of the grid.");
                    this.notification.add(message, { type: "danger" });
                    return;
                }
                const figure = this.parse(value);
                if (figure === null) {
                    return this.refuse(row, month, value);
                }
                changes.push([row, month, figure]);
            }
        }
        this.set(changes);
        this.state.until = [
            first + lines.length - 1,
            Math.max(...changes.map(([, month]) => month)),
        ];
    }

    parse(text) {
        const plain = text.replace(/[\s\u00a0]/g, "").replace(this.state.grid.currency.symbol, "");
        if (!plain || plain === "-") {
            return 0;
        }
        try {
            const figure = parseLocal(plain);
            return Number.isFinite(figure) && figure >= 0 ? figure : null;
        } catch {
            return null;
        }
    }

    refuse(row, month, text) {
        const message = _t("%(row)s, %(month)s: “%(text)s” is no target. Enter zero or more.", {
            row: row.label,
            month: this.state.grid.months[month].label,
            text,
        });
        this.notification.add(message, { type: "danger" });
    }

    // --------------------------------------------------------------------- changing and saving

    /** :param changes: list of `[row, month, figure]`, of the measure that is shown */
    set(changes) {
        const at = this.at.plan;
        const real = changes
            .filter(([, month]) => this.isTypable({ kind: "month", months: [month] }))
            .map(([row, month, figure]) => ({
                id: row.id,
                month,
                at,
                from: row.cells[month][at],
                to: Number(figure.toFixed(this.digits)),
            }))
            .filter((change) => change.from !== change.to);
        if (real.length) {
            this.history.push(real);
            this.apply(real, "to");
        }
    }

    undo() {
        const changes = this.state.grid.editable && this.history.undo();
        changes && this.apply(changes, "from");
    }

    redo() {
        const changes = this.state.grid.editable && this.history.redo();
        changes && this.apply(changes, "to");
    }

    apply(changes, side) {
        for (const change of changes) {
            const row = this.byId.get(change.id);
            if (row) {
                row.cells[change.month][change.at] = change[side];
                this.unsaved.set(`${change.id}/${change.month}/${change.at}`, {
                    target_id: change.id,
                    month: this.state.grid.months[change.month].key,
                    [change.at ? "quantity" : "amount"]: change[side],
                });
            }
        }
        this.state.saving = true;
        return this.mutex.exec(() => this.save());
    }

    async save() {
        const changes = [...this.unsaved.values()];
        this.unsaved.clear();
        if (!changes.length) {
            return;
        }
        try {
            await this.orm.call(MODEL, "plan_grid_save", [[this.planId], changes]);
        } catch (error) {
            this.unsaved.clear();
            this.notification.add(error.data?.message || error.message, { type: "danger", sticky: true });
            await this.load(this.props.record);
        }
        this.state.saving = Boolean(this.unsaved.size);
        this.refreshForm();
    }

    /** Let the server change the plan, and show what became of it; Ctrl+Z takes figures back. */
    async run(method, ...args) {
        await this.mutex.getUnlockedDef();
        const before = this.state.grid;
        await this.orm.call(MODEL, method, [[this.planId], ...args]);
        const grid = await this.orm.call(MODEL, "plan_grid_load", [[this.planId]]);
        this.history.pushDifference(before, grid);
        this.take(grid);
        this.keepFocus();
        this.refreshForm();
    }

    split(method, into) {
        return this.run("plan_grid_split", this.selected.id, method, into);
    }

    grow() {
        return this.run("plan_grid_grow", this.selected.id, this.props.record.data.growth_percent);
    }

    growAll() {
        return this.run("action_split", "growth", this.props.record.data.growth_percent);
    }

    remove() {
        return this.run("plan_grid_remove", this.selected.id);
    }

    divide({ code, label, model }) {
        const company = this.props.record.data.company_id.id;
        const domains = {
            team: [["company_id", "in", [company, false]]],
            person: [
                ["share", "=", false],
                ["company_ids", "in", company],
            ],
        };
        const parent = this.selected;
        this.dialog.add(SelectCreateDialog, {
            resModel: model,
            title: _t("%(row)s by %(dimension)s", { row: parent.label, dimension: label }),
            domain: domains[code] || [],
            multiSelect: true,
            noCreate: true,
            onSelected: (ids) => this.run("plan_grid_add", parent.id, code, ids),
        });
    }

    // --------------------------------------------------------------------- documents and sheets

    async open(row, column, lastYear) {
        await this.mutex.getUnlockedDef();
        const months = column.months.map((month) => this.state.grid.months[month].key);
        const args = [[this.planId], row.id, months, lastYear];
        this.action.doAction(await this.orm.call(MODEL, "plan_grid_open", args));
    }

    async exportSheet() {
        await this.mutex.getUnlockedDef();
        const { name, data } = await this.orm.call(MODEL, "plan_sheet_export", [[this.planId]]);
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([bytes], { type }));
        link.download = name;
        link.click();
        URL.revokeObjectURL(link.href);
    }

    async importSheet(ev) {
        const [file] = ev.target.files;
        if (file) {
            const url = await new Promise((resolve) => {
                const reader = new FileReader();
                reader.onload = () => resolve(reader.result);
                reader.readAsDataURL(file);
            });
            ev.target.value = "";
            await this.run("plan_sheet_import", url.slice(url.indexOf(",") + 1));
            this.notification.add(_t("The spreadsheet was imported."), { type: "success" });
        }
    }
}

export const salesPlanGrid = {
    component: SalesPlanGrid,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "approval_state", type: "selection" },
        { name: "growth_percent", type: "float" },
        { name: "company_id", type: "many2one", relation: "res.company" },
    ],
};

registry.category("view_widgets").add("sales_plan_grid", salesPlanGrid);
