"""A Kafka of three nodes on this machine, from the same jars: TLS, logins, every record on three
nodes.
"""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from backstop.engines import KafkaAccess
from backstop.engines.kafka_server import KafkaEngine
from backstop.engines.private import free_ports, make_folder, update_state, write_private
from backstop.engines.process import living
from backstop.engines.progress import Silent
from tests.engines.authority import Authority

CLUSTER = "backstop-three-nodes"[:22].ljust(22, "A")


class Node(KafkaEngine):
    """One of three, broker and controller in one process."""

    heap = "192m"

    def __init__(self, cluster: "Cluster", number: int) -> None:
        super().__init__(cluster.home / f"node-{number}", fast=True)
        self.cluster, self.number = cluster, number

    @property
    def access(self) -> KafkaAccess:
        return replace(super().access, tls=True, ca_file=str(self.cluster.authority.file))

    def cluster_id(self) -> str:
        return CLUSTER

    def properties(self, data: Path) -> str:
        """What one node has, and after it what is different for one of three: the last line of a
        name counts.
        """
        voters = ",".join(
            f"{number}@127.0.0.1:{port}" for number, (_, port) in self.cluster.ports.items()
        )
        return super().properties(data) + "\n".join(
            [
                "",
                f"node.id={self.number}",
                f"controller.quorum.voters={voters}",
                "listener.security.protocol.map=CONTROLLER:SASL_PLAINTEXT,CLIENT:SASL_SSL",
                "ssl.keystore.type=PEM",
                f"ssl.keystore.location={self.home / 'node.pem'}",
                "ssl.truststore.type=PEM",
                f"ssl.truststore.location={self.cluster.authority.file}",
                "min.insync.replicas=2",
                *(
                    f"{topic}.replication.factor=3"
                    for topic in (
                        "default",
                        "offsets.topic",
                        "transaction.state.log",
                        "share.coordinator.state.topic",
                    )
                ),
                *(
                    f"{topic}.min.isr=2"
                    for topic in ("transaction.state.log", "share.coordinator.state.topic")
                ),
                "",
            ]
        )


class Cluster:
    """Three nodes below `home`; `access` is the administrator's way in at all of them."""

    def __init__(self, home: Path) -> None:
        self.home, ports = home, free_ports(6)
        self.ports = {
            number: (ports[2 * number - 2], ports[2 * number - 1]) for number in (1, 2, 3)
        }
        self.authority = Authority(make_folder(home), "authority")
        self.nodes = {number: Node(self, number) for number in self.ports}
        for number, node in self.nodes.items():
            for folder in ("secrets", "run", "kafka"):
                make_folder(node.home / folder)
            for login in ("admin", "controller"):  # the same on every node
                write_private(node.home / "secrets" / f"kafka-{login}", f"the-{login}-of-three\n")
            client, controller = self.ports[number]
            update_state(node.state_file, port=client, controller_port=controller)
            self.authority.certify(node.home / "node.pem", f"node-{number}")

    @property
    def access(self) -> KafkaAccess:
        bootstrap = ",".join(f"127.0.0.1:{port}" for port, _ in self.ports.values())
        return replace(self.nodes[1].access, bootstrap=bootstrap)

    def start(self, *numbers: int) -> None:
        """Start these nodes, or all, at once: one alone has no majority and answers nobody."""
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda number: self.nodes[number].start(Silent()), numbers or self.nodes))

    def kill(self, number: int) -> None:
        """SIGKILL, as when the power fails."""
        node = self.nodes[number]
        mark = living(node.pid_file)
        assert mark is not None
        os.kill(mark.pid, signal.SIGKILL)
        node.stop()  # only waits for its end

    def stop(self) -> None:
        for number, node in self.nodes.items():
            if living(node.pid_file):
                self.kill(number)
