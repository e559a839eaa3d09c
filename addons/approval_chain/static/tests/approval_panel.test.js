import { beforeEach, expect, test } from "@odoo/hoot";
import { press } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    MockServer,
    models,
    mountView,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";

const PRESIDENT = { id: 91, name: "Sun" };
const REQUESTER = { id: 92, name: "Lin" };

function slot(values) {
    return {
        id: false,
        state: "waiting",
        role: false,
        people: [],
        decided_by: false,
        on_behalf_of: false,
        verdict: false,
        opinion: "",
        decided_at: false,
        seconds: false,
        handed_from: false,
        superseded: false,
        is_terms: false,
        is_auto: false,
        mine: false,
        mine_for: false,
        checked: [],
        opened_at: false,
        ...values,
    };
}

function step(id, state, values, slots) {
    return {
        id,
        name: `Step ${id}`,
        kind: "decide",
        mode: "any",
        quorum: 0,
        stage: id,
        state,
        note: "",
        added_by: false,
        checklist: [],
        due_at: false,
        opened_at: state === "waiting" ? false : "2026-01-01 08:00:00",
        closed_at: false,
        slots,
        ...values,
    };
}

function panel(values) {
    return {
        operation: "confirm",
        operation_label: "Confirm the order",
        state: "pending",
        state_label: "In Approval",
        request_id: 12,
        request_name: "APR/2026/00012",
        res_model: "document",
        res_id: 1,
        due_at: false,
        emergency: false,
        proposal: false,
        said: [],
        copies: [],
        files: [],
        requester: REQUESTER,
        submitted_at: "2026-01-01 08:00:00",
        failure: "",
        blockers: [],
        rounds: [],
        steps: [],
        actions: [],
        ...values,
    };
}

const ACTIONS = {
    approve: { name: "approve", label: "Approve", primary: true, opinion: "optional" },
    refuse: { name: "refuse", label: "Refuse", primary: false, opinion: "required" },
    return: { name: "return", label: "Return", primary: false, opinion: "required" },
    submit: { name: "submit", label: "Submit for Approval", primary: true, opinion: "none" },
    comment: { name: "comment", label: "Comment", primary: false, opinion: "required", files: true },
    urge: { name: "urge", label: "Urge", primary: false, opinion: "none" },
    accept: { name: "accept", label: "Accept Terms", primary: true, opinion: "none" },
    decline: { name: "decline", label: "Decline Terms", primary: false, opinion: "optional" },
    hand_over: {
        name: "hand_over",
        label: "Hand Over",
        primary: false,
        opinion: "optional",
        fields: [{ name: "user_id", type: "people", label: "Colleague", many: false, domain: [] }],
    },
    add_approver: {
        name: "add_approver",
        label: "Add Approver",
        primary: false,
        opinion: "optional",
        fields: [
            { name: "user_ids", type: "people", label: "Who", many: true, domain: [] },
            {
                name: "where",
                type: "choice",
                label: "When",
                value: "before",
                options: [
                    { value: "before", label: "Before me" },
                    { value: "after", label: "After me" },
                ],
            },
            {
                name: "mode",
                type: "choice",
                label: "Answers",
                value: "all",
                several: "user_ids",
                options: [
                    { value: "all", label: "All of them" },
                    { value: "any", label: "Any one" },
                ],
            },
        ],
    },
    propose: {
        name: "propose",
        label: "Propose Other Terms",
        primary: false,
        opinion: "required",
        fields: [{ name: "changes", type: "terms" }],
    },
};

class Document extends models.Model {
    _name = "document";

    name = fields.Char();
    panel = fields.Json();

    _records = [{ id: 1, name: "S00001", panel: false }];
}

class ApprovalRequest extends models.Model {
    _name = "approval.request";
}

defineMailModels();
defineModels([Document, ApprovalRequest]);

function mountPanel(value) {
    Document._records[0].panel = value;
    return mountView({
        type: "form",
        resModel: "document",
        resId: 1,
        arch: `<form><field name="name"/><field name="panel" widget="approval_panel"/></form>`,
    });
}

const decidable = (names = ["approve", "refuse", "return"]) =>
    panel({
        steps: [
            step(1, "done", { kind: "opinion" }, [
                slot({
                    id: 1,
                    state: "done",
                    decided_by: REQUESTER,
                    verdict: "opinion",
                    opinion: "Fine with me.",
                    decided_at: "2026-01-01 10:00:00",
                    seconds: 7200,
                }),
            ]),
            step(2, "open", {}, [
                slot({
                    id: 2,
                    state: "open",
                    mine: true,
                    people: [{ id: serverState.userId, name: "Me" }],
                }),
            ]),
            step(3, "waiting", {}, [slot({ id: 3, role: "President", people: [PRESIDENT] })]),
            step(4, "skipped", {}, []),
        ],
        actions: names.map((name) => ACTIONS[name]),
    });

beforeEach(() => {
    onRpc("approval.request", "action_decide", ({ args }) => {
        expect.step(args);
        return true;
    });
});

test("nothing is drawn for a document without a chain", async () => {
    await mountPanel(false);
    expect(".o_approval_panel").toHaveCount(0);
});

test("every step says its state by shape and by text", async () => {
    await mountPanel(decidable());
    expect(".o_approval_step[data-shape=done]").toHaveCount(2);
    expect(".o_approval_step[data-shape=open]").toHaveAttribute("aria-current", "step");
    expect(".o_approval_step[data-shape=open]").toHaveText(/Your turn/);
    expect(".o_approval_step[data-shape=waiting]").toHaveText(/President · Sun/);
    expect(".o_approval_step[data-shape=skipped]").toHaveText(/not needed for this document/);
    expect(".o_approval_opinion").toHaveText("Fine with me.");
    expect(".o_approval_step[data-shape=done]:eq(1)").toHaveText(/after 2 hours/);
});

test("approving takes one click, with the opinion if there is one", async () => {
    await mountPanel(decidable());
    await contains(".o_approval_opinion_box textarea").edit("Good price.", { confirm: false });
    await contains("button[name=approve]").click();
    expect.verifySteps([[[12], "approve", "Good price."]]);
});

test("refusing asks for the reason in place, and only then is sent", async () => {
    await mountPanel(decidable());
    await contains("button[name=refuse]").click();
    expect(".modal").toHaveCount(0);
    expect("button[name=approve]").toHaveCount(0);
    expect(".o_approval_opinion_box textarea").toBeFocused();
    await contains("button[name=refuse]").click();
    expect(".o_approval_opinion_box textarea").toHaveAttribute("aria-invalid", "true");
    expect.verifySteps([]);
    await contains(".o_approval_opinion_box textarea").edit("Too cheap.", { confirm: false });
    await contains("button[name=refuse]").click();
    expect.verifySteps([[[12], "refuse", "Too cheap."]]);
});

test("a form with changes is saved before the document is submitted", async () => {
    onRpc("document", "web_save", () => expect.step("saved"));
    onRpc("document", "action_approval_submit", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mountPanel(panel({ state: "preview", request_id: false, actions: [ACTIONS.submit] }));
    await contains(".o_field_widget[name=name] input").edit("S00002");
    await contains("button[name=submit]").click();
    expect.verifySteps(["saved", [[1], "confirm"]]);
});

test("an error of the server is shown, and so is how things stand now", async () => {
    expect.errors(1);
    onRpc("approval.request", "action_decide", () => {
        throw makeServerError({ message: "It waits for somebody else." });
    });
    await mountPanel(decidable());
    await contains(".o_approval_opinion_box textarea").edit("Good price.", { confirm: false });
    MockServer.env["document"].write([1], { panel: panel({ steps: decidable().steps }) });
    await contains("button[name=approve]").click();
    await animationFrame();
    expect.verifyErrors(["RPC_ERROR"]);
    expect(".o_error_dialog").toHaveCount(1);
    expect("button[name=approve]").toHaveCount(0);
});

test("an executed request is folded to one line", async () => {
    await mountPanel({ ...decidable([]), state: "executed", state_label: "Executed" });
    expect(".o_approval_step").toHaveCount(0);
    await contains(".o_approval_unfold").click();
    expect(".o_approval_step").toHaveCount(5);
});

const mine = () => slot({ id: 2, state: "open", mine: true, people: [PRESIDENT] });

test("steps of one stage stand side by side, and say how many have to agree", async () => {
    const people = [PRESIDENT, REQUESTER, { id: 93, name: "Wu" }];
    await mountPanel(
        panel({
            steps: [
                step(1, "open", { stage: 1, mode: "all" }, [
                    slot({ id: 1, state: "done", verdict: "approve", decided_by: PRESIDENT }),
                    slot({ id: 2, state: "open", people: [REQUESTER] }),
                ]),
                step(
                    2,
                    "open",
                    { stage: 1, mode: "quorum", quorum: 2 },
                    people.map((face, index) => slot({ id: 10 + index, state: "open", people: [face] }))
                ),
                step(3, "waiting", { stage: 2, mode: "order" }, [
                    slot({ id: 20, people: [PRESIDENT] }),
                    slot({ id: 21, people: [REQUESTER] }),
                ]),
            ],
        })
    );
    expect(".o_approval_stage").toHaveCount(1);
    expect(".o_approval_stage .o_approval_lane[role=listitem]").toHaveCount(2);
    expect(".o_approval_lane:eq(0)").toHaveText(/All: 1 of 2 answered/);
    expect(".o_approval_lane:eq(1)").toHaveText(/2 of 3 have to agree: 0 so far/);
    expect(".o_approval_line > .o_approval_step:last").toHaveText(/One after the other/);
});

test("answers that were sent back are folded; who stood in and who passed on are told", async () => {
    await mountPanel(
        panel({
            steps: [
                step(1, "open", { added_by: "Sun" }, [
                    slot({
                        id: 1,
                        state: "done",
                        verdict: "approve",
                        opinion: "The first time.",
                        decided_by: PRESIDENT,
                        superseded: true,
                    }),
                    slot({
                        id: 2,
                        state: "closed",
                        verdict: "hand_over",
                        opinion: "In your field.",
                        decided_by: REQUESTER,
                        on_behalf_of: PRESIDENT,
                    }),
                    slot({ id: 3, state: "open", people: [PRESIDENT], handed_from: "Lin" }),
                ]),
                step(2, "skipped", { note: "Within the limit of Sun." }, []),
            ],
        })
    );
    expect(".o_approval_step[data-shape=open]").not.toHaveText(/The first time/);
    expect(".o_approval_handed").toHaveText(/Lin\s*for Sun\s*Handed over/);
    expect(".o_approval_step[data-shape=open]").toHaveText(/handed over by Lin/);
    expect(".o_approval_step[data-shape=skipped]").toHaveText(/Within the limit of Sun/);
    expect(".o_approval_superseded").toHaveAttribute("aria-expanded", "false");
    await contains(".o_approval_superseded").click();
    expect(".o_approval_past").toHaveText(/The first time/);
});

test("what is late is said in words, relative to now", async () => {
    mockDate("2026-01-03 08:00:00");
    await mountPanel(
        panel({
            steps: [
                step(1, "open", { stage: 1, due_at: "2026-01-02 08:00:00" }, [mine()]),
                step(2, "open", { stage: 1, due_at: "2026-01-03 11:00:00" }, [
                    slot({ id: 4, state: "open", people: [REQUESTER] }),
                ]),
            ],
        })
    );
    expect(".o_approval_due:eq(0)").toHaveText("1 day overdue");
    expect(".o_approval_due:eq(0)").toHaveClass("text-danger");
    expect(".o_approval_due:eq(1)").toHaveText("due in 3 hours");
});

test("a checklist is ticked before the answer is sent", async () => {
    onRpc("approval.request", "action_decide", ({ kwargs }) => {
        expect.step(kwargs.checked);
        return true;
    });
    const checklist = [
        { name: "Stamp seen", required: true },
        { name: "Copy filed", required: false },
    ];
    await mountPanel(
        panel({
            steps: [step(1, "open", { checklist }, [mine()])],
            actions: [{ ...ACTIONS.approve, checklist }, ACTIONS.refuse],
        })
    );
    await contains("button[name=approve]").click();
    expect(".o_approval_checklist").toHaveText(/Tick what you have checked first/);
    expect.verifySteps([]);
    await contains(".o_approval_checklist input:eq(0)").click();
    await contains("button[name=approve]").click();
    expect.verifySteps([["Stamp seen"]]);
});

test("the rest stands behind “more”, opens in place and gives the focus back", async () => {
    onRpc("approval.request", "action_hand_over", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mountPanel(
        panel({
            steps: [step(1, "open", {}, [mine()])],
            actions: [
                ACTIONS.approve,
                ACTIONS.return,
                ACTIONS.refuse,
                ACTIONS.hand_over,
                ACTIONS.comment,
            ],
        })
    );
    expect("button[name=hand_over]").toHaveCount(0);
    await contains(".o_approval_more").click();
    expect(".o_approval_more").toHaveAttribute("aria-expanded", "true");
    await contains("button[name=hand_over]").click();
    expect(".modal").toHaveCount(0);
    expect(".o_approval_fields input").toBeFocused();
    await press("Escape");
    await animationFrame();
    expect(".o_approval_fields").toHaveCount(0);
    expect("button[name=approve]").toHaveCount(1);
    await contains(".o_approval_more").click();
    await contains("button[name=hand_over]").click();
    await contains(".o_approval_confirm").click();
    expect(".o_approval_field").toHaveText(/Please choose somebody/);
    await contains(".o_approval_fields input").click();
    await contains(".o-autocomplete--dropdown-item:contains(Mitchell Admin)").click();
    await contains(".o_approval_opinion_box textarea").edit("On leave.", { confirm: false });
    await press(["ctrl", "Enter"]);
    await animationFrame();
    expect.verifySteps([[[12], serverState.userId, "On leave."]]);
});

test("approvers are added by name; how they answer is asked for several only", async () => {
    onRpc("approval.request", "action_add_approvers", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mountPanel(
        panel({ steps: [step(1, "open", {}, [mine()])], actions: [ACTIONS.add_approver] })
    );
    await contains(".o_approval_more").click();
    await contains("button[name=add_approver]").click();
    expect(".o_approval_field").toHaveCount(2);
    await contains(".o_approval_fields input").click();
    await contains(".o-autocomplete--dropdown-item:contains(Mitchell Admin)").click();
    await contains(".o_approval_field [data-value=after]").click();
    expect(".o_approval_field [data-value=after]").toHaveAttribute("aria-checked", "true");
    expect(".o_approval_field").toHaveCount(2);
    await contains(".o_approval_confirm").click();
    expect.verifySteps([[[12], "after", [serverState.userId], "all", ""]]);
});

test("proposed terms are shown before and after, and accepted in one click", async () => {
    onRpc("approval.request", "action_accept_terms", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mountPanel(
        panel({
            steps: [
                step(1, "open", {}, [
                    slot({ id: 2, state: "waiting", people: [PRESIDENT] }),
                    slot({ id: 3, state: "open", mine: true, is_terms: true, people: [REQUESTER] }),
                ]),
            ],
            proposal: {
                by: PRESIDENT,
                opinion: "Below cost.",
                rows: [{ label: "Price", of: "Pump", old: "100.00", new: "120.00" }],
            },
            actions: [ACTIONS.accept, ACTIONS.decline],
        })
    );
    expect(".o_approval_terms tbody td").toHaveCount(2);
    expect(".o_approval_terms").toHaveText(/Pump[\s\S]*100.00[\s\S]*120.00[\s\S]*Below cost/);
    await contains("button[name=accept]").click();
    expect.verifySteps([[[12]]]);
});

test("terms are proposed in a form that is asked for when it is opened", async () => {
    onRpc("approval.request", "get_proposable_terms", () => {
        expect.step("asked");
        return [
            {
                line: ["line_ids", 7],
                of: "Pump",
                field: "price",
                label: "Price",
                type: "number",
                value: 100,
                shown: "100.00",
                digits: 2,
                options: [],
            },
            {
                line: ["line_ids", 7],
                of: "Pump",
                field: "quantity",
                label: "Quantity",
                type: "number",
                value: 2,
                shown: "2.00",
                digits: 2,
                options: [],
            },
        ];
    });
    onRpc("approval.request", "action_propose", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mountPanel(
        panel({ steps: [step(1, "open", {}, [mine()])], actions: [ACTIONS.propose] })
    );
    expect.verifySteps([]);
    await contains(".o_approval_more").click();
    await contains("button[name=propose]").click();
    expect.verifySteps(["asked"]);
    await contains(".o_approval_term input[data-field=price]").edit("120", { confirm: false });
    await contains(".o_approval_opinion_box textarea").edit("Below cost.", { confirm: false });
    await contains(".o_approval_confirm").click();
    const change = { line: ["line_ids", 7], field: "price", value: 120 };
    expect.verifySteps([[[12], [change], "Below cost."]]);
});

test("people chosen by the requester are picked in the step and sent along", async () => {
    onRpc("document", "action_approval_submit", ({ args, kwargs }) => {
        expect.step([...args, kwargs.chosen]);
        return true;
    });
    const choices = [{ id: serverState.userId, name: "Mitchell Admin" }];
    const chooser = { step_id: 44, name: "Experts", choices };
    await mountPanel(
        panel({
            state: "preview",
            request_id: false,
            steps: [step(false, "waiting", { stage: 1, chooser }, [])],
            actions: [ACTIONS.submit],
        })
    );
    await contains("button[name=submit]").click();
    expect(".o_approval_chooser").toHaveText(/Please choose who is asked/);
    expect.verifySteps([]);
    await contains(".o_approval_chooser input").click();
    await contains(".o-autocomplete--dropdown-item:contains(Mitchell Admin)").click();
    await contains("button[name=submit]").click();
    expect.verifySteps([[[1], "confirm", { 44: [serverState.userId] }]]);
});

test("who approves an emergency release afterwards is picked beside the reason", async () => {
    onRpc("document", "action_approval_break_glass", ({ args, kwargs }) => {
        expect.step([...args, kwargs.chosen]);
        return true;
    });
    const choices = [{ id: serverState.userId, name: "Mitchell Admin" }];
    const chooser = { step_id: 44, name: "Experts", choices };
    const release = {
        name: "break_glass",
        label: "Emergency Release",
        opinion: "required",
        primary: false,
        choosers: [chooser],
    };
    await mountPanel(
        panel({
            state: "preview",
            request_id: false,
            steps: [step(false, "waiting", { stage: 1, chooser }, [])],
            actions: [ACTIONS.submit, release],
        })
    );
    expect(".o_approval_foot .o_approval_chooser").toHaveCount(0);
    await contains(".o_approval_more").click();
    await contains("button[name=break_glass]").click();
    expect(".o_approval_chooser").toHaveCount(1);
    expect(".o_approval_foot").toHaveText(/Experts/);
    await contains(".o_approval_opinion_box textarea").edit("It burns.", { confirm: false });
    await contains(".o_approval_confirm").click();
    expect(".o_approval_foot .o_approval_chooser").toHaveText(/Please choose who is asked/);
    expect.verifySteps([]);
    await contains(".o_approval_foot .o_approval_chooser input").click();
    await contains(".o-autocomplete--dropdown-item:contains(Mitchell Admin)").click();
    await contains(".o_approval_confirm").click();
    expect.verifySteps([[[1], "confirm", "It burns.", { 44: [serverState.userId] }]]);
});

test("urging again is barred until the time the server names", async () => {
    mockDate("2026-01-03 08:00:00");
    await mountPanel(
        panel({
            steps: [step(1, "open", {}, [slot({ id: 2, state: "open", people: [PRESIDENT] })])],
            actions: [{ ...ACTIONS.urge, not_before: "2026-01-03 08:40:00" }],
        })
    );
    expect("button[name=urge]").not.toBeEnabled();
    expect("button[name=urge]").toHaveText(/again from/);
});

test("an emergency release says why, and until when it has to be approved", async () => {
    mockDate("2026-01-03 08:00:00");
    await mountPanel(
        panel({
            due_at: "2026-01-05 08:00:00",
            emergency: {
                afterwards: true,
                closed: false,
                by: "Lin",
                at: "2026-01-03 07:00:00",
                reason: "The dam breaks.",
            },
            steps: [step(1, "open", {}, [mine()])],
        })
    );
    expect(".o_approval_emergency").toHaveText(/The dam breaks/);
    expect(".o_approval_emergency").toHaveText(/Approval afterwards: due in 2 days/);
});
