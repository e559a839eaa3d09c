import { openViews } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const GRID = ".o_sales_plan_grid";
const cell = (row, column) => `${GRID} tr[data-row="${row}"] td:nth-child(${column})`;
const saved = { trigger: `${GRID} .o_plan_saved[data-saving='0']` };
/** A key pressed on whatever has the focus, as people do. */
const press = (key, options = {}) => ({
    content: `press ${key}`,
    trigger: `${GRID} .o_plan_scroll`,
    run: () => {
        document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options })
        );
    },
});
const paste = (text) => ({
    content: "paste a block of a spreadsheet",
    trigger: `${GRID} .o_plan_scroll`,
    run: () => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        document
            .querySelector(`${GRID} .o_plan_scroll`)
            .dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    },
});

/** P1: the planner types, pastes, undoes a paste, and submits. */
tours.add("sales_plan_type", {
    steps: () => [
        // the first month of the company: column 3, behind the row's name and the year
        { trigger: cell("巡游公司", 3), run: "click" },
        press("5"),
        { trigger: `${GRID} .o_plan_input`, run: "edit 500" },
        press("Enter"),
        { trigger: `${cell("巡游公司", 3)}:contains(500)` },
        { trigger: `${cell("巡游公司", 3)}.o_plan_gap` },
        saved,
        { trigger: cell("巡游大客户", 3), run: "click" },
        paste("300\t1,000.5\n200"),
        { trigger: `${cell("巡游大客户", 4)}:contains(1,000.50)` },
        { trigger: `${cell("巡游公司", 3)}:not(.o_plan_gap)` },
        press("z", { ctrlKey: true }),
        { trigger: `${cell("巡游大客户", 3)}:not(:contains(300))` },
        paste("300\n200"),
        { trigger: `${cell("巡游大客户", 3)}:contains(300)` },
        { trigger: `${cell("巡游公司", 3)}:not(.o_plan_gap)` },
        paste("-5"),
        { trigger: ".o_notification:contains(-5)" },
        saved,
        { trigger: ".o_form_statusbar button[name=action_approval_submit]:visible", run: "click" },
        { trigger: `${GRID}:not(:has(.o_plan_saved))` },
        { trigger: ".o_form_statusbar:not(:has(button[name=action_approval_submit]:visible))" },
    ],
});

/** P1: a salesperson opens the own targets and the orders of last year behind one. */
tours.add("sales_plan_own", {
    steps: () => [
        { trigger: ".o_data_row .o_data_cell[name=name]:contains(SP/)", run: "click" },
        { trigger: `${GRID} tr.fw-bold, ${GRID} tr[data-row]` },
        { trigger: `${GRID}:not(:has(tr[data-row="巡游公司"]))` },
        { trigger: `${GRID}:not(:has(.o_plan_split))` },
        { trigger: `${cell("巡游销售", 3)} .o_plan_last`, run: "click" },
        { trigger: ".o_list_view .o_data_row .o_data_cell[name=order_id]" },
    ],
});

/** P1: on the phone the grid scrolls below the name of the row, which stays; a tap begins typing. */
tours.add("sales_plan_phone", {
    steps: () => [
        { trigger: cell("巡游公司", 3), run: "click" },
        { trigger: `${GRID} .o_plan_input`, run: "edit 70" },
        press("Enter"),
        { trigger: `${cell("巡游公司", 3)}:contains(70)` },
        saved,
        {
            content: "the page itself does not scroll sideways, the grid does",
            trigger: `${GRID} .o_plan_scroll`,
            run: () => {
                const scroll = document.querySelector(`${GRID} .o_plan_scroll`);
                scroll.scrollLeft = 400;
                const label = scroll.querySelector("tbody .o_plan_label").getBoundingClientRect();
                const left = scroll.getBoundingClientRect().left;
                if (scroll.scrollWidth <= scroll.clientWidth || Math.abs(label.left - left) > 2) {
                    throw new Error("The names of the rows do not stay where they are.");
                }
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("The page is wider than the phone.");
                }
            },
        },
    ],
});

const VIEWS = {
    action_sales_plan: ["list", "kanban", "activity"],
    action_sales_plan_report: ["pivot", "graph", "list"],
};

/** X6: every view opens. */
tours.add("sales_plan_views", {
    steps: () => openViews("sales_planning", VIEWS),
});
