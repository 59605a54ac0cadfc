using Duramen.Consensus.Contract;
using Duramen.Consensus.Messages;
using Duramen.Consensus.Viewstamped;
using Duramen.Consensus.Viewstamped.Messages;
using Duramen.Consensus.Zab;
using Duramen.Consensus.Zab.Messages;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.Core.Random;
using Duramen.Simulation.Disks;
using Xunit;

namespace Duramen.Consensus.Tests.Memberships;

/// <summary>A replica that is no voter any more tells those who are that their era began. In a whole group others nearly always do so too.</summary>
public sealed class UsherTests
{
    private static readonly ReplicaId Self = Group.Replica(2);

    public static TheoryData<string> Protocols => ["viewstamped", "zab"];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void It_tells_the_voters_until_a_majority_of_them_knows(string name)
    {
        IReplica usher = Start(name);
        using var outbox = new ReplicaOutbox();
        Assert.Equal(3, ToldWithin(usher, outbox));
        usher.Receive(EraStarted(name, from: 1), outbox);
        Assert.Equal(3, ToldWithin(usher, outbox));
        usher.Receive(EraStarted(name, from: 3), outbox);
        Assert.Equal(0, ToldWithin(usher, outbox));
    }

    // How many messages leave in the time after which it says it again.
    private static int ToldWithin(IReplica usher, ReplicaOutbox outbox)
    {
        int told = 0;
        for (int tick = 0; tick < new ZabOptions().ElectionTicks; tick++)
        {
            outbox.Clear();
            usher.Tick(outbox);
            told += outbox.MessageCount;
        }

        outbox.Clear();
        return told;
    }

    private static byte[] EraStarted(string name, int from)
    {
        byte[] message = new byte[MessageEnvelope.SizeBytes];
        bool isZab = name == "zab";
        byte type = isZab ? (byte)ZabMessage.EraStarted : (byte)ViewstampedMessage.EraStarted;
        new MessageEnvelope(isZab ? MessageProtocol.Zab : MessageProtocol.Viewstamped, type, Group.Replica(from), Self, Epoch.Zero).Begin(message);
        MessageEnvelope.Seal(message);
        return message;
    }

    private static IReplica Start(string name)
    {
        var disk = SimulatedDisk.Format(Self, new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, Group.Of(1, 3, 4)), []);
        IProtocol protocol = name == "zab" ? new ZabProtocol(new ZabOptions()) : new ViewstampedProtocol(new ViewstampedOptions());
        return protocol.Start(new ReplicaStart
        {
            Self = Self,
            HardState = default,
            Snapshot = disk.Image.Snapshot,
            Entries = disk.Image,
            Chance = new Prng(1),
        });
    }
}
