using System.Globalization;
using System.Text;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;
using Duramen.Simulation.Protocols;

namespace Duramen.Simulation.Comparing;

/// <summary>
/// The protocols side by side: the same is done to a group of each, and measured in virtual time. Equal code gives equal numbers on every machine.
/// </summary>
public static class Comparison
{
    private const int Entries = 200;
    private const int MissedEntries = 1_000;
    private const int Crashes = 21;
    private const int WatchedUs = 30_000_000;
    private const int SyncUs = 1_000;

    // A sync of a slow disk takes two hundred times as long.
    private const int SlowSyncMs = SyncUs / 1_000 * 200;

    private static readonly (string Heading, string What, Func<string, string> Measure)[] Rows =
    [
        ("messages for an entry", "3 nodes, one entry at a time", protocol => Traffic(protocol, 3).Messages),
        ("bytes for an entry", "3 nodes, 30 bytes of payload, all messages together", protocol => Traffic(protocol, 3).Bytes),
        ("messages for an entry", "5 nodes", protocol => Traffic(protocol, 5).Messages),
        ("bytes for an entry", "5 nodes", protocol => Traffic(protocol, 5).Bytes),
        ("message delays until the leader may answer", "disks that take no time", protocol => Delays(protocol)),
        ("until the last member knows that it is committed", "nothing else is proposed; mean", LastToKnow),
        ("without a commit after the leader lost power", $"median and longest of {Crashes} crashes", Outage),
        ("messages to catch up", $"a member that missed {MissedEntries} entries", protocol => CatchUp(protocol).Messages),
        ("bytes to catch up, for each missed entry", "", protocol => CatchUp(protocol).Bytes),
        ("time to catch up", "", protocol => CatchUp(protocol).Time),
        ("commit, all disks alike", "a sync takes 1 ms", protocol => Commit(protocol, _ => null)),
        ("commit, one follower's disk slow", $"its sync takes {SlowSyncMs} ms", protocol => Commit(protocol, group => group.Follower)),
        ("commit, the leader's disk slow", $"its sync takes {SlowSyncMs} ms", protocol => Commit(protocol, group => group.Leader)),
        ("a follower hears nobody: longest wait for a commit", "it is heard; 30 s", protocol => OneWay(protocol, group => group.Follower).Wait),
        ("a follower hears nobody: leaders", "", protocol => OneWay(protocol, group => group.Follower).Leaders),
        ("the leader hears nobody: longest wait for a commit", "it is heard; 30 s", protocol => OneWay(protocol, group => group.Leader).Wait),
        ("the leader hears nobody: leaders", "the first one included", protocol => OneWay(protocol, group => group.Leader).Leaders),
    ];

    /// <summary>The page with the table, in Markdown.</summary>
    public static string Write()
    {
        string[] protocols = [.. ProtocolCatalog.Names];
        var page = new StringBuilder();
        page.Append(string.Create(CultureInfo.InvariantCulture, $"""
            # The protocols side by side

            The simulator writes this page: `./duramen simulate --compare > docs/protocols/README.md`. The same is done to a group of each protocol, and measured in its own time; the numbers are the same on
            every machine, and a test fails when this page is not what the simulator measures. What a message, a sync and a member are is in [consensus](../consensus.md), how a group is simulated in
            [simulation](../simulation.md).

            Every message takes {CalmGroup.DelayUs / 1_000} ms, a tick {CalmGroup.TickUs / 1_000} ms. A leader with nothing to say says so every tick. Who hears of no leader for {CalmGroup.ElectionTicks} to {(2 * CalmGroup.ElectionTicks) - 1} ticks does something about it. Groups have three members unless
            something else is said.


            """).ReplaceLineEndings("\n"));
        page.Append("| | |");
        foreach (string protocol in protocols)
        {
            page.Append(CultureInfo.InvariantCulture, $" [{protocol}]({protocol}.md) |");
        }

        page.Append("\n|---|---|").Append(string.Concat(Enumerable.Repeat("---|", protocols.Length))).Append('\n');
        foreach ((string heading, string what, Func<string, string> measure) in Rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {heading} | {what} | {string.Join(" | ", protocols.Select(measure))} |\n");
        }

        return page.ToString();
    }

    private static (string Messages, string Bytes) Traffic(string protocol, int nodes)
    {
        using var group = new CalmGroup(protocol, 1, nodes, syncUs: 0);
        (long messages, long bytes) = (group.Network.SentCount, group.Network.SentBytes);
        long begin = group.NowUs;
        for (int i = 0; i < Entries; i++)
        {
            group.Commit();
        }

        long took = group.NowUs - begin;
        messages = group.Network.SentCount - messages;
        bytes = group.Network.SentBytes - bytes;

        // What would have been sent in that time without entries.
        (long idleMessages, long idleBytes) = (group.Network.SentCount, group.Network.SentBytes);
        group.Rest(took);
        return (Number((messages - (group.Network.SentCount - idleMessages)) / (double)Entries),
            Number((bytes - (group.Network.SentBytes - idleBytes)) / (double)Entries));
    }

    private static string Delays(string protocol)
    {
        using var group = new CalmGroup(protocol, 1, 3, syncUs: 0);
        return Number(Median(Entries, group.Commit) / (double)CalmGroup.DelayUs);
    }

    private static string LastToKnow(string protocol)
    {
        using var group = new CalmGroup(protocol, 1, 3, syncUs: 0);
        long total = 0;
        for (int i = 0; i < Entries; i++)
        {
            long begin = group.NowUs;
            group.Commit();
            EntryIndex index = group.Leader.Applied;
            group.Await(() => Array.TrueForAll(group.Nodes, node => node.Applied >= index));
            total += group.NowUs - begin;
            group.Rest(CalmGroup.TickUs / 7);
        }

        return Milliseconds(total / Entries);
    }

    private static string Outage(string protocol)
    {
        var outages = new List<long>();
        for (int crash = 1; crash <= Crashes; crash++)
        {
            using var group = new CalmGroup(protocol, (ulong)crash, 3, SyncUs);
            group.Leader.Crash(losesPower: true);
            outages.Add(group.Commit());
        }

        outages.Sort();
        return $"{Milliseconds(outages[Crashes / 2])}, {Milliseconds(outages[^1])}";
    }

    private static (string Messages, string Bytes, string Time) CatchUp(string protocol)
    {
        using var group = new CalmGroup(protocol, 1, 3, SyncUs);
        SimulatedNode away = group.Follower;
        Isolate(group, away, isHeard: false, isCut: true);
        for (int i = 0; i < MissedEntries; i++)
        {
            group.Commit();
        }

        Isolate(group, away, isHeard: false, isCut: false);
        (long messages, long bytes) = (group.Network.SentCount, group.Network.SentBytes);
        EntryIndex last = group.Leader.Applied;
        long took = group.Await(() => away.Applied >= last);
        return (Number(group.Network.SentCount - messages), Number((group.Network.SentBytes - bytes) / (double)MissedEntries), Milliseconds(took));
    }

    private static string Commit(string protocol, Func<CalmGroup, SimulatedNode?> slowest)
    {
        using var group = new CalmGroup(protocol, 1, 3, SyncUs);
        if (slowest(group) is SimulatedNode slow)
        {
            slow.SlowUntilUs = long.MaxValue;
        }

        return Milliseconds(Median(Entries, group.Commit));
    }

    private static (string Wait, string Leaders) OneWay(string protocol, Func<CalmGroup, SimulatedNode> deaf)
    {
        using var group = new CalmGroup(protocol, 1, 3, SyncUs);
        int before = group.Leaders;
        Isolate(group, deaf(group), isHeard: true, isCut: true);
        long longest = 0;
        for (long end = group.NowUs + WatchedUs; group.NowUs < end;)
        {
            longest = Math.Max(longest, group.Commit());
        }

        return (Milliseconds(longest), Number(1 + group.Leaders - before));
    }

    private static void Isolate(CalmGroup group, SimulatedNode node, bool isHeard, bool isCut)
    {
        foreach (SimulatedNode other in group.Nodes.Where(other => other != node))
        {
            Action<int, int> change = isCut ? group.Network.Cut : group.Network.Mend;
            change(other.Number, node.Number);
            if (!isHeard)
            {
                change(node.Number, other.Number);
            }
        }
    }

    private static long Median(int count, Func<long> measure)
    {
        long[] values = [.. Enumerable.Range(0, count).Select(_ => measure())];
        Array.Sort(values);
        return values[count / 2];
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Milliseconds(long us) => $"{Number(us / 1_000.0)} ms";
}
