import { expect, test } from "@odoo/hoot";
import { waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    MockServer,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

const APPROVE = { name: "approve", label: "Approve", primary: true, opinion: "optional" };
const REFUSE = { name: "refuse", label: "Refuse", primary: false, opinion: "required" };

class ApprovalRequestSlot extends models.Model {
    _name = "approval.request.slot";

    document_name = fields.Char();
    kind = fields.Selection({
        selection: [
            ["decide", "Decide"],
            ["opinion", "Opinion"],
        ],
    });
    request_id = fields.Many2one({ relation: "approval.request" });
    card = fields.Json();

    _records = [
        {
            id: 1,
            document_name: "S00001",
            kind: "decide",
            request_id: 11,
            card: { actions: [APPROVE, REFUSE] },
        },
        { id: 2, document_name: "S00002", kind: "decide", request_id: 12, card: { actions: [] } },
    ];
    _views = {
        list: `
            <list js_class="approval_inbox_list">
                <field name="document_name"/><field name="kind"/>
                <field name="request_id" column_invisible="1"/>
            </list>`,
        kanban: `
            <kanban js_class="approval_inbox_kanban">
                <field name="request_id"/>
                <templates><t t-name="card">
                    <field name="document_name"/>
                    <field name="card" widget="approval_card_actions"/>
                </t></templates>
            </kanban>`,
    };
}

class ApprovalRequest extends models.Model {
    _name = "approval.request";

    name = fields.Char();

    _records = [
        { id: 11, name: "APR11" },
        { id: 12, name: "APR12" },
    ];
    _views = { form: `<form><field name="name"/></form>` };
}

class ApprovalRequestCopy extends models.Model {
    _name = "approval.request.copy";

    document_name = fields.Char();

    _records = [{ id: 5, document_name: "S00009" }];
    _views = { list: `<list js_class="approval_copy_list"><field name="document_name"/></list>` };
}

class ApprovalBulk extends models.Model {
    _name = "approval.bulk";

    done = fields.Integer();
    progress = fields.Float();

    _records = [
        { id: 3, done: 0, progress: 0 },
        { id: 4, done: 0, progress: 0 },
    ];
    _views = {
        form: `<form js_class="approval_bulk_form"><field name="done" readonly="1"/></form>`,
        list: `<list js_class="approval_bulk_list"><field name="done"/></list>`,
    };
}

defineMailModels();
defineModels([ApprovalRequestSlot, ApprovalRequest, ApprovalRequestCopy, ApprovalBulk]);

const tellProgress = (id) =>
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, "approval.bulk/progress", { id });
const goOn = (id, done) => {
    MockServer.env["approval.bulk"].write([id], { done });
    tellProgress(id);
};

const mountKanban = () =>
    mountView({ type: "kanban", resModel: "approval.request.slot", groupBy: [] });

test("a card is approved in place, with a text if there is one", async () => {
    onRpc("approval.request.slot", "action_bulk_decide", ({ args }) => {
        expect.step(args);
        return [{ id: 1, name: "S00001", ok: true, message: "" }];
    });
    await mountKanban();
    expect(".o_kanban_record:not(.o_kanban_ghost):eq(1) .o_approval_card_actions").toHaveCount(0);
    await contains("button[name=card_approve]").click();
    expect(".o_approval_card_actions textarea").toBeFocused();
    await contains("button[name=card_approve]").click();
    expect.verifySteps([[[1], "approve", ""]]);
    expect(".o_notification").toHaveText(/S00001/);
});

test("a card is refused with a reason only, and says why it was not taken", async () => {
    onRpc("approval.request.slot", "action_bulk_decide", ({ args }) => {
        expect.step(args);
        return [{ id: 1, name: "S00001", ok: false, message: "S00001 was answered already." }];
    });
    await mountKanban();
    await contains("button[name=card_refuse]").click();
    await contains("button[name=card_refuse]").click();
    expect(".o_approval_card_actions textarea").toHaveAttribute("aria-invalid", "true");
    expect.verifySteps([]);
    await contains(".o_approval_card_actions textarea").edit("Too cheap.", { confirm: false });
    await contains("button[name=card_refuse]").click();
    expect.verifySteps([[[1], "refuse", "Too cheap."]]);
    expect(".o_approval_card_actions [role=alert]").toHaveText("S00001 was answered already.");
});

test("many rows are answered in the background, and the job opens", async () => {
    mockService("action", { doAction: ({ res_model, res_id }) => expect.step([res_model, res_id]) });
    onRpc("approval.request.slot", "action_bulk_decide", ({ args }) => {
        expect.step(args);
        return { job: 3 };
    });
    await mountView({ type: "list", resModel: "approval.request.slot" });
    await contains("thead .o_list_record_selector input").click();
    await contains("button[name=bulk_approve]").click();
    await contains(".modal footer .btn-primary").click();
    expect.verifySteps([
        [[1, 2], "approve", ""],
        ["approval.bulk", 3],
    ]);
    expect(".modal").toHaveCount(0);
});

test("refusing rows asks for the reason, and tells which were not taken", async () => {
    onRpc("approval.request.slot", "action_bulk_decide", () => [
        { id: 1, name: "S00001", ok: true, message: "" },
        { id: 2, name: "S00002", ok: false, message: "It waits for somebody else." },
    ]);
    await mountView({ type: "list", resModel: "approval.request.slot" });
    await contains("thead .o_list_record_selector input").click();
    await contains("button[name=bulk_refuse]").click();
    await contains(".modal footer .btn-primary").click();
    expect(".modal textarea").toHaveClass("is-invalid");
    await contains(".modal textarea").edit("Too cheap.", { confirm: false });
    await contains(".modal footer .btn-primary").click();
    expect(".modal li").toHaveText(/S00002\s+It waits for somebody else/);
});

test("a copy opens its request and is read by that", async () => {
    onRpc("approval.request.copy", "action_open_request", ({ args }) => {
        expect.step(args);
        return {
            type: "ir.actions.act_window",
            res_model: "approval.request",
            res_id: 11,
            views: [[false, "form"]],
            target: "current",
        };
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.act_window",
        res_model: "approval.request.copy",
        views: [[false, "list"]],
    });
    await contains(".o_data_row .o_data_cell").click();
    await animationFrame();
    expect.verifySteps([[[5]]]);
    expect(".o_form_view [name=name] input").toHaveValue("APR11");
});

test("how far answers in the background are is shown as they go on", async () => {
    await mountView({ type: "form", resModel: "approval.bulk", resId: 3 });
    expect("[name=done] span").toHaveText("0");
    goOn(3, 100);
    await waitFor("[name=done] span:contains(100)");
});

test("a list of answers in the background follows those it shows", async () => {
    onRpc("approval.bulk", "web_search_read", () => expect.step("read"));
    await mountView({ type: "list", resModel: "approval.bulk" });
    expect.verifySteps(["read"]);
    tellProgress(9); // of another page of the list
    goOn(4, 100);
    await waitFor(".o_data_row:eq(1) [name=done]:contains(100)");
    expect.verifySteps(["read"]);
});

test("the count in the activity menu is asked again after an answer, here or elsewhere", async () => {
    onRpc("approval.request.slot", "action_bulk_decide", () => [
        { id: 1, name: "S00001", ok: true, message: "" },
    ]);
    await mountKanban();
    const store = getService("mail.store");
    patchWithCleanup(store, {
        fetchStoreData(name) {
            expect.step(name);
        },
    });
    await contains("button[name=card_approve]").click();
    await contains("button[name=card_approve]").click();
    expect.verifySteps(["systray_get_activities"]);
    tellProgress(3);
    await expect.waitForSteps(["systray_get_activities"]);
    const otherTab = new BroadcastChannel("approval_chain.badge");
    otherTab.postMessage("answered");
    await expect.waitForSteps(["systray_get_activities"]);
});
