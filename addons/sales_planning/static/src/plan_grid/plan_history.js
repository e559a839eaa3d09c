import { reactive } from "@odoo/owl";

/** What was done in the grid, so that it can be undone and done again, block by block. */
export class PlanHistory {
    constructor() {
        this.state = reactive({ done: [], undone: [] });
    }

    get canUndo() {
        return Boolean(this.state.done.length);
    }

    get canRedo() {
        return Boolean(this.state.undone.length);
    }

    /** :param changes: list of `{ id, month, at, from, to }` */
    push(changes) {
        this.state.done.push(changes);
        this.state.undone = [];
    }

    /** What the server made of the figures; rows that came or went cannot be undone. */
    pushDifference(before, after) {
        const ids = (grid) => grid.rows.map((row) => row.id).join();
        if (ids(before) !== ids(after)) {
            this.clear();
            return;
        }
        const changes = after.rows.flatMap((row, index) =>
            row.cells.flatMap((cell, month) =>
                [0, 1]
                    .map((at) => ({
                        id: row.id,
                        month,
                        at,
                        from: before.rows[index].cells[month][at],
                        to: cell[at],
                    }))
                    .filter((change) => change.from !== change.to)
            )
        );
        if (changes.length) {
            this.push(changes);
        }
    }

    undo() {
        const changes = this.state.done.pop();
        changes && this.state.undone.push(changes);
        return changes;
    }

    redo() {
        const changes = this.state.undone.pop();
        changes && this.state.done.push(changes);
        return changes;
    }

    clear() {
        this.state.done = [];
        this.state.undone = [];
    }
}
