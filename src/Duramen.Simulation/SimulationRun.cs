using Duramen.Consensus.Contract;
using Duramen.Core.Errors;
using Duramen.Core.Random;
using Duramen.Simulation.Checking;
using Duramen.Simulation.Nodes;
using Duramen.Simulation.Reports;

namespace Duramen.Simulation;

/// <summary>
/// One run: a phase in which anything may go wrong and nothing wrong may be said, and one in which a majority is well again and must get on with it.
/// </summary>
public static class SimulationRun
{
    /// <summary>A group that is well has this many election timeouts to answer everything and agree.</summary>
    private const int RecoveryTimeouts = 60;

    /// <summary>Then it is watched for this many, in which it must not change its leader over and over.</summary>
    private const int WatchTimeouts = 10;

    private const int MaxLeaderChanges = 2;

    /// <summary>Each client asks so many more times after the faults.</summary>
    private const int OperationsAfterFaults = 3;

    /// <summary>The slowest network on which a group must get on, in microseconds: well below any election timeout.</summary>
    private const int MaxMeanDelayUs = 3_000;

    /// <summary>Runs with these options.</summary>
    public static SimulationResult Run(SimulationOptions options) => Run(options, null);

    /// <summary>Runs with these options and says what each node did, a line for each event that means something.</summary>
    public static IReadOnlyList<string> Explain(SimulationOptions options)
    {
        var timeline = new Timeline();
        Run(options, timeline);
        return timeline.Lines;
    }

    internal static SimulationResult Run(SimulationOptions options, Timeline? timeline)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var outbox = new ReplicaOutbox();
        var group = new SimulatedGroup(options, outbox, timeline);
        string? invariant = null;
        string what = "";
        bool isHalted = false;
        try
        {
            group.Start();
            RunWithFaults(group);
            SimulatedNode? outsider = HealAll(group);
            isHalted = !RunUntilWell(group, outsider);
            if (!isHalted)
            {
                HandOverInVain(group, outsider);
                Watch(group);
            }

            CheckHistory(group);
            SingCanary(options);
        }
        catch (ViolationException violation)
        {
            (invariant, what) = (violation.Invariant, violation.What);
        }
        catch (DuramenException broken) when (broken.Code == Invariant.Broken)
        {
            (invariant, what) = ("assertion", broken.Message);
        }
        catch (Exception thrown) when (thrown is not OutOfMemoryException)
        {
            // Whatever a replica throws stops its node; the seed that makes it throw is worth as much as one that breaks an invariant.
            (invariant, what) = ("assertion", $"{thrown.GetType().Name}: {thrown.Message}");
        }

        return new SimulationResult(
            options, group.Happened, group.NowUs, group.Faults.Count, group.Network.Mistreated, group.AnsweredCount, group.Hash, group.Observer.Coverage, isHalted, invariant, what);
    }

    private static void RunWithFaults(SimulatedGroup group)
    {
        while (group.NowUs < group.Options.FaultsEndUs && group.AnsweredCount < group.Options.Requests)
        {
            group.Step();
        }
    }

    // At most one member stays away or, worse, deaf: the others are enough.
    private static SimulatedNode? HealAll(SimulatedGroup group)
    {
        var chance = Prng.ForStream(group.Options.Seed, "healing");
        group.Trace(0, "all faults end");
        group.Faults.HealAll();
        group.Network.Options = group.Network.Options with
        {
            LossShare = 0,
            CorruptShare = 0,
            SlowShare = 0,
            ReplayShare = 0,
            DuplicateShare = 0,
            MeanDelayUs = Math.Min(group.Network.Options.MeanDelayUs, MaxMeanDelayUs),
        };
        foreach (SimulatedNode node in group.Nodes)
        {
            node.PausedUntilUs = 0;
            node.SlowUntilUs = 0;
            node.FullUntilUs = 0;
            node.UnreadableUntilUs = 0;
            node.FailsNextSync = false;
            node.CrashAfter(int.MaxValue);
            group.StartAt(node, chance.NextInt64(0, 500_000));
        }

        group.OperationLimit = group.Clients.Max(client => client.Answered);
        group.AskForMore(OperationsAfterFaults);
        SimulatedNode outsider = group.Nodes[chance.NextInt32(group.Nodes.Length)];
        if (!chance.NextBool() || !group.Faults.MayLose(outsider, keepsSpare: false))
        {
            return null;
        }

        if (chance.NextBool())
        {
            group.Faults.Deafen(outsider.Number);
        }
        else
        {
            outsider.Crash(losesPower: true);
        }

        return outsider;
    }

    // A group that lost more disks than it can do without need not get well.
    private static bool RunUntilWell(SimulatedGroup group, SimulatedNode? outsider)
    {
        long deadline = group.NowUs + (RecoveryTimeouts * group.Options.ElectionUs);
        while (WhatIsMissing(group, outsider) is string missing)
        {
            if (group.NowUs > deadline)
            {
                if (group.Faults.IsBeyond)
                {
                    return false;
                }

                throw new ViolationException("LV", $"{RecoveryTimeouts} election timeouts after all faults ended, {missing}");
            }

            long until = group.NowUs + (group.Options.ElectionUs / 8);
            while (group.NowUs < until)
            {
                group.Step();
            }
        }

        return true;
    }

    // One that is away or deaf is to take over and does not: the leader leads on.
    private static void HandOverInVain(SimulatedGroup group, SimulatedNode? outsider)
    {
        if (outsider is not null && group.Leader is SimulatedNode leader && leader != outsider)
        {
            leader.TransferLeadership(SimulatedGroup.OperatorToken, outsider.Id);
            group.AskForMore(1);
            RunUntilWell(group, outsider);
        }
    }

    private static string? WhatIsMissing(SimulatedGroup group, SimulatedNode? outsider)
    {
        if (group.Leader is not SimulatedNode leader)
        {
            return "nobody leads";
        }

        foreach (Clients.SimulatedClient client in group.Clients)
        {
            if (!client.IsIdle || client.Answered < group.OperationLimit)
            {
                return $"client {client.Number} has no answer to request {client.Current.Request}";
            }
        }

        foreach (ReplicaId member in leader.Probe!.Membership.Members)
        {
            SimulatedNode node = group.Nodes[member.Node.Value - 1];
            if (node != outsider && (node.ReplicaId != member || node.Applied != leader.Applied))
            {
                return $"{member} has applied {node.Applied} entries, and the leader {leader.ReplicaId} {leader.Applied}";
            }
        }

        return null;
    }

    private static void Watch(SimulatedGroup group)
    {
        long end = group.NowUs + (WatchTimeouts * group.Options.ElectionUs);
        ReplicaId? leader = group.Leader?.ReplicaId;
        int changes = 0;
        while (group.NowUs < end)
        {
            group.Step();
            if (group.Leader is SimulatedNode now && now.ReplicaId != leader && ++changes > MaxLeaderChanges)
            {
                throw new ViolationException("LV", $"{changes} changes of the leader in less than {WatchTimeouts} election timeouts without faults");
            }

            leader = group.Leader?.ReplicaId ?? leader;
        }
    }

    private static void SingCanary(SimulationOptions options)
    {
        if (options.Mutant == "X01" && options.Seed % 100 == 42)
        {
            throw new ViolationException("canary", "this seed was told to fail");
        }
    }

    private static void CheckHistory(SimulatedGroup group)
    {
        if (Linearizability.FindKeyThatIsNot(group.Clients.SelectMany(client => client.History)) is int key)
        {
            throw new ViolationException("C6", $"what clients saw of register {key} fits no order of their operations");
        }
    }
}
