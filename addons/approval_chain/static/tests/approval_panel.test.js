import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
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
        ...values,
    };
}

function step(id, state, values, slots) {
    return {
        id,
        name: `Step ${id}`,
        kind: "decide",
        mode: "any",
        state,
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
                slot({ id: 2, state: "open", people: [{ id: serverState.userId, name: "Me" }] }),
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
