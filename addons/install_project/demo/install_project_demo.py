from datetime import timedelta

from odoo import Command, api, fields, models


class SaleOrderFlowDemo(models.AbstractModel):
    """Install projects in every stage, each made by the person whose turn it was (I1-I7)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_installation(self):
        if self.env.ref("install_project.demo_project_waiting", raise_if_not_found=False):
            return
        self.env.ref("approval_chain.demo_company").install_enabled = True
        steps = ("waiting", "assign", "planning", "installing", "accepting", "accepted", "closed")
        for number, name in enumerate(steps):
            self._walk_installation(name, number)

    def _install_user(self, name):
        return self.env.ref(f"install_project.demo_user_{name}")

    def _installing(self, records, name):
        return records.with_user(self._install_user(name)).with_context(
            allowed_company_ids=self.env.ref("approval_chain.demo_company").ids,
            lang="zh_CN",
            tz="Asia/Shanghai",
        )

    def _walk_installation(self, name, steps):
        """One order, shipped, and its project as far as ``steps`` says."""
        order = self._make_order(
            f"install_{name}",
            "huaxin",
            {"cabinet": 1} if name == "installing" else {"valve": 6},
            submit=True,
            needs_installation=True,
            install_contact_id=self._ref("contact_huaxin").id,
            install_wished_date=fields.Date.today() + timedelta(days=14),
            install_requirements="现场380V电源，需叉车卸货，工作日8点至18点可施工。",
        )
        self._decide(order, "salesmgr")
        self._pay_and_verify(order)
        self._notice(order)
        self._ship(order)
        project = order.sudo().install_project_ids
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"install_project.demo_project_{name}",
                    "record": project,
                    "noupdate": True,
                }
            ]
        )
        for step in (
            self._install_announced,
            self._install_assigned,
            self._install_started,
            self._install_checked,
            self._install_signed,
            self._install_surveyed,
        )[:steps]:
            step(project)

    def _install_announced(self, project):
        self._as(project, "assistant").action_announce()

    def _install_assigned(self, project):
        project = self._installing(project, "director")
        project.write(
            {
                "lead_id": self._install_user("foreman").id,
                "member_ids": [Command.set(self._install_user("installer").ids)],
            }
        )
        project.action_assign()

    def _install_started(self, project):
        foreman = self._installing(project, "foreman")
        day = project.company_id._approval_today()
        foreman.plan = "<p>第一天卸货就位，第二天接管接线，第三天调试试运行。</p>"
        for number, stage in enumerate(foreman.stage_ids):
            stage.write(
                {
                    "user_id": self._install_user(
                        "director" if stage.kind in ("review", "supervise") else "foreman"
                    ).id,
                    "date_start": not stage.is_duty and day + timedelta(days=number),
                    "date_end": not stage.is_duty and day + timedelta(days=number + 1),
                }
            )
        foreman.action_approval_submit("plan")
        request = project.sudo().approval_request_id
        self._installing(request, "director").action_decide("approve", "方案可行，注意吊装安全。")
        log = self._installing(self.env["install.site.log"], "installer")
        log.create(
            {
                "project_id": project.id,
                "work": "设备卸货就位，基础找平完成。",
                "people": 3,
                "hours": 18,
                "progress": 40,
                "problem": "现场预留接口与图纸不符，需加短管。",
            }
        )

    def _install_checked(self, project):
        acceptance_id = self._installing(project, "foreman").action_prepare_acceptance()["res_id"]
        acceptance = self._installing(
            self.env["install.acceptance"].browse(acceptance_id), "foreman"
        )
        acceptance.note = "已移交说明书、合格证和备件，完成操作培训。"
        for check in acceptance.check_ids:
            check.write({"value": 0.6} if check.kind == "measure" else {"passed": "yes"})
        acceptance.action_ready()

    def _install_signed(self, project):
        acceptance = self._installing(project.acceptance_ids, "foreman")
        acceptance.write({"signature": self._signature()})

    def _signature(self):
        """The smallest picture there is."""
        return (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
            "RU5ErkJggg=="
        )

    def _install_surveyed(self, project):
        assistant = self._as(project, "assistant")
        assistant.write(
            {
                "survey_score": "5",
                "survey_work": "5",
                "survey_conduct": "4",
                "survey_comment": "安装规范，沟通及时。",
            }
        )
        assistant.action_sign_survey()
        self._installing(project, "director").action_sign_survey()
