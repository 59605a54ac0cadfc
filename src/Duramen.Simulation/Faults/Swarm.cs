using Duramen.Consensus.Paxos;
using Duramen.Consensus.Raft;
using Duramen.Core.Random;
using Duramen.Simulation.Clients;
using Duramen.Simulation.Networks;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Faults;

/// <summary>
/// Draws the options of a run from its seed. Every kind of fault is left out of half of the runs, since faults hide each other (Groce, "Swarm testing", 2012), and limits
/// are tiny, so that what is rare in life happens many times in a run.
/// </summary>
public static class Swarm
{
    private static readonly int[] Sizes = [3, 3, 3, 3, 5, 5, 4, 2, 1, 7];

    // What takes disks, and what finds the others at their weakest.
    private static readonly FaultKind[] Losses =
    [
        FaultKind.BitRot, FaultKind.EmptyDisk, FaultKind.LatentRot, FaultKind.MisdirectedWrite, FaultKind.RestoredDisk, FaultKind.SwappedDisks,
        FaultKind.DiskFull, FaultKind.ReadError, FaultKind.PowerCutAll, FaultKind.MembershipChange,
    ];

    private static readonly FaultKind[] Rare = [FaultKind.LatentRot, FaultKind.MisdirectedWrite, FaultKind.RestoredDisk, FaultKind.DiskFull, FaultKind.ReadError];
    private static readonly FaultKind[] Hunters = [FaultKind.Kill, FaultKind.LinkCut, FaultKind.Muteness, FaultKind.Isolation, FaultKind.Split, FaultKind.DieAtEffect];

    /// <summary>
    /// The options of a seed: such faults as the group must get over, or, with <paramref name="isBeyond"/>, losses of more disks than it can do without.
    /// </summary>
    public static SimulationOptions Draw(ulong seed, string protocol = "raft", string mutant = "", bool isBeyond = false)
    {
        var chance = Prng.ForStream(seed, "swarm");
        int voters = chance.Pick<int>(Sizes);
        int electionTicks = chance.NextInt32(4) == 0 ? 3 : 10;
        var options = new SimulationOptions
        {
            Seed = seed,
            Protocol = protocol,
            Mutant = mutant,
            IsBeyond = isBeyond,
            Voters = voters,
            Spares = voters >= 7 ? 0 : chance.NextInt32(3),
            Requests = chance.NextInt32(40, 200),
            FaultsEndUs = 40_000_000,
            Network = DrawNetwork(chance),
            Nodes = new NodeOptions
            {
                ClockDrift = Sometimes(chance, 0.1),
                MoreSyncUs = chance.NextInt32(1, 30) * 1_000,
                SnapshotEvery = chance.NextInt32(5, 120),
                KeepBehind = chance.NextInt32(0, 40),
            },
            Clients = new ClientOptions
            {
                Count = chance.NextInt32(1, 7),
                ReadShare = chance.NextDouble() * 0.7,
                MaxThinkUs = chance.NextInt32(1, 400) * 1_000,
                TimeoutUs = chance.NextInt32(50, 1_000) * 1_000,
                LossShare = Sometimes(chance, 0.1),
                MaxFillerBytes = chance.NextInt32(1, 200),
            },
            Raft = new RaftOptions
            {
                ElectionTicks = electionTicks,
                MaxMessageBytes = chance.NextInt32(1, 2_000),
                MaxMessagesInFlight = chance.NextInt32(1, 20),
                CacheBytes = chance.NextInt32(0, 4_000),
                MaxUncommittedBytes = chance.NextInt32(100, chance.NextBool() ? 500 : 100_000),
            },
            Paxos = DrawPaxos(seed),
        };
        Fault[] faults = [.. DrawFaults(seed, options), .. DrawRare(seed, options), .. DrawHunt(seed, options), .. isBeyond ? DrawLosses(seed, options) : []];
        Array.Sort(faults, static (left, right) => left.AtUs.CompareTo(right.AtUs));
        return options with { Faults = [.. faults.Select((fault, number) => fault with { Number = number })] };
    }

    private static int NextInt32(this Prng chance, int from, int to) => (int)chance.NextInt64(from, to);

    private static double Sometimes(Prng chance, double most)
    {
        double value = chance.NextDouble() * most;
        return chance.NextBool() ? value : 0;
    }

    private static NetworkOptions DrawNetwork(Prng chance) => new()
    {
        MinDelayUs = chance.NextInt32(100, 1_000),
        MeanDelayUs = chance.NextInt32(100, chance.NextBool(0.2) ? 100_000 : 3_000),
        SlowShare = Sometimes(chance, 0.02),
        LossShare = Sometimes(chance, 0.15),
        DuplicateShare = Sometimes(chance, 0.1),
        ReplayShare = Sometimes(chance, 0.05),
        CorruptShare = Sometimes(chance, 0.03),
    };

    private static PaxosOptions DrawPaxos(ulong seed)
    {
        var chance = Prng.ForStream(seed, "paxos");
        int alpha = chance.NextInt32(1, 20);
        if (chance.NextBool())
        {
            return new PaxosOptions { Alpha = alpha };
        }

        var quorums = new QuorumOptions[9];
        for (int voters = 1; voters <= quorums.Length; voters++)
        {
            int accept = chance.NextInt32(1, voters + 1);
            int prepare = voters + 1 - accept;
            quorums[voters - 1] = new QuorumOptions(voters, chance.NextBool(0.8) ? prepare : voters, accept);
        }

        return new PaxosOptions { Alpha = alpha, Quorums = quorums };
    }

    private static Fault[] DrawFaults(ulong seed, SimulationOptions options)
    {
        var chance = Prng.ForStream(seed, "faults");
        FaultKind[] kinds = [.. Enum.GetValues<FaultKind>().Where(kind => kind < FaultKind.LatentRot)];
        int[] weights = [.. kinds.Select(_ => chance.NextBool() ? chance.NextInt32(1, 100) : 0)];
        int all = weights.Sum();
        int count = chance.NextInt32(0, 40);
        if (all == 0)
        {
            return [];
        }

        var faults = new Fault[count];
        long span = SpanOf(options);
        for (int i = 0; i < count; i++)
        {
            int dice = chance.NextInt32(all);
            int kind = 0;
            while (dice >= weights[kind])
            {
                dice -= weights[kind++];
            }

            long duration = chance.NextInt64(1_000, chance.NextBool(0.4) ? 10_000_000 : 2_000_000);
            faults[i] = new Fault(0, chance.NextInt64(100_000, span), kinds[kind], duration, chance.NextUInt64());
        }

        return faults;
    }

    private static long SpanOf(SimulationOptions options) => Math.Min(options.FaultsEndUs, options.Requests * 200_000L);

    // What disks seldom do. Where one is lost much else cannot happen until it is replaced, so each kind comes a few times in a quarter of the runs.
    private static List<Fault> DrawRare(ulong seed, SimulationOptions options)
    {
        var chance = Prng.ForStream(seed, "disks");
        var faults = new List<Fault>();
        foreach (FaultKind kind in Rare)
        {
            for (int left = chance.NextInt32(4) == 0 ? chance.NextInt32(1, 4) : 0; left > 0; left--)
            {
                faults.Add(new Fault(0, chance.NextInt64(100_000, SpanOf(options)), kind, chance.NextInt64(1_000, 4_000_000), chance.NextUInt64()));
            }
        }

        return faults;
    }

    // In some runs whoever leads is cut off or killed over and over, in the middle of what it does: leaders that come later find pieces of several earlier ones.
    private static Fault[] DrawHunt(ulong seed, SimulationOptions options)
    {
        var chance = Prng.ForStream(seed, "hunt");
        var faults = new Fault[chance.NextInt32(6) == 0 ? chance.NextInt32(10, 40) : 0];
        for (int i = 0; i < faults.Length; i++)
        {
            faults[i] = new Fault(0, chance.NextInt64(100_000, SpanOf(options)), chance.Pick<FaultKind>(Hunters), chance.NextInt64(1_000, 1_500_000), chance.NextUInt64() | (1UL << 63));
        }

        return faults;
    }

    // They come close together, so that nobody has the time to repair what the first ones broke.
    private static Fault[] DrawLosses(ulong seed, SimulationOptions options)
    {
        var chance = Prng.ForStream(seed, "beyond");
        var faults = new Fault[chance.NextInt32(2, 12)];
        long from = chance.NextInt64(100_000, SpanOf(options));
        for (int i = 0; i < faults.Length; i++)
        {
            faults[i] = new Fault(0, chance.NextInt64(from, from + 3_000_000), chance.Pick<FaultKind>(Losses), chance.NextInt64(1_000, 2_000_000), chance.NextUInt64());
        }

        return faults;
    }
}
