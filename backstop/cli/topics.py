"""`backstop topics apply`: what every topic should be like, and bringing the Kafka there."""

from typing import Annotated

import typer

from backstop import topics
from backstop.cli.options import HOME, Home, clear_errors, console, installation_at

topics_app = typer.Typer(no_args_is_help=True, help="主题：分区、副本、保留多久")


@topics_app.callback()
def main() -> None:
    """主题：分区、副本、保留多久。"""


@topics_app.command("apply")
def apply(
    partitions: Annotated[
        int | None, typer.Option(min=1, help="每个主题的分区数；默认取 BACKSTOP_PARTITIONS")
    ] = None,
    replicas: Annotated[
        int | None, typer.Option(min=1, help="每个分区的副本数；默认取 BACKSTOP_REPLICAS")
    ] = None,
    retention_days: Annotated[int, typer.Option(min=1, help="消息保留多少天")] = 365,
    repartition: Annotated[
        bool, typer.Option("--repartition", help="允许给已有的主题加分区（先等积压清零）")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出要做什么，不改动")] = False,
    home: Home = HOME,
) -> None:
    """建好缺的主题，把已有的改到要求。只增不减：会丢消息或乱次序的改动一律拒绝。可以反复运行。"""
    with clear_errors():
        kafka, default = installation_at(home).engines.kafka, topics.Shape.of_settings()
        shape = topics.Shape(
            partitions or default.partitions, replicas or default.replicas, retention_days
        )
        changes = topics.plan(kafka, shape, repartition=repartition)
        for change in changes:
            console.print(change.says, markup=False, highlight=False, soft_wrap=True)
        if not changes:
            console.print("主题都已符合要求，没有要改的。")
        elif dry_run:
            console.print("以上只是列出，没有改动。")
        else:
            topics.carry_out(kafka, changes, shape)
            console.print(f"已完成 {len(changes)} 项改动。")
