using System.Globalization;
using System.Text;
using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;
using Duramen.Simulation.Reports;
using Xunit;

namespace Duramen.Consensus.Tests.Transcripts;

/// <summary>
/// A group in which nothing happens that a script does not say, and which writes down what does. The commands are in <see cref="Execute"/>, one method each.
/// </summary>
internal sealed class ScriptedGroup : IDisposable
{
    private const int MaxDeliveries = 10_000;

    private readonly IProtocol _protocol;
    private readonly SortedDictionary<int, ScriptedNode> _nodes = [];
    private readonly Queue<(int From, int To, byte[] Bytes)> _wire = new();
    private readonly HashSet<(int From, int To)> _cuts = [];
    private readonly ReplicaOutbox _outbox = new();
    private readonly StringBuilder _said = new();
    private long _token;
    private bool _isQuiet;

    public ScriptedGroup(IProtocol protocol) => _protocol = protocol;

    public void Dispose() => _outbox.Dispose();

    /// <summary>Carries out one line of a script; returns what happened, line by line.</summary>
    public string Execute(string line)
    {
        _said.Clear();
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int node(int at) => int.Parse(words[at].AsSpan(1), CultureInfo.InvariantCulture);
        switch (words[0])
        {
            case "group": // group n1 n2 n3: starts a new group of these voters
                StartGroup(Numbers(words.AsSpan(1)));
                break;
            case "spare": // spare n4: starts a node that belongs to no group
                _nodes[node(1)] = new ScriptedNode(_protocol, Group.Replica(node(1)), SnapshotMeta.Nothing);
                break;
            case "tick": // tick n1 5
                Tick(node(1), int.Parse(words[2], CultureInfo.InvariantCulture));
                break;
            case "elect": // elect n1 n2 n3: lets n1's time run out when n2 and n3 hear no leader any more, and delivers everything
                Elect(node(1), Numbers(words.AsSpan(2)));
                break;
            case "wait": // wait n1: lets its time run out, and delivers nothing
                WaitForTimeout(node(1));
                break;
            case "deliver": // deliver: until no message is on the way; deliver 3: that many
                Deliver(words.Length > 1 ? int.Parse(words[1], CultureInfo.InvariantCulture) : MaxDeliveries);
                break;
            case "mute": // mute n1: nothing it sends arrives
                foreach (int other in _nodes.Keys)
                {
                    _cuts.Add((node(1), other));
                }

                break;
            case "settle": // settle: the same, written down only by its outcome, with a tick of the leader before
                Settle();
                break;
            case "propose": // propose n1 a b c
                Propose(node(1), words.AsSpan(2));
                break;
            case "read": // read n1
                Step(node(1), replica => replica.Read(new RequestToken(++_token), _outbox));
                break;
            case "change": // change n1 n1 n2 n4 learners n5
                Change(node(1), words.AsSpan(2));
                break;
            case "transfer": // transfer n1 n2
                int to = node(2);
                Step(node(1), replica => replica.TransferLeadership(new RequestToken(++_token), new NodeId(to), _outbox));
                break;
            case "cut": // cut n1 n2: between these two groups of nodes, in both directions: cut n1,n2 n3
                Cut(words[1], words[2]);
                break;
            case "heal":
                _cuts.Clear();
                break;
            case "crash":
                _nodes[node(1)].Crash();
                break;
            case "start":
                _nodes[node(1)].Start();
                break;
            case "slow": // slow n1: from now on its syncs wait
                _nodes[node(1)].IsSlow = true;
                break;
            case "sync": // sync n1
                Sync(node(1));
                break;
            case "trim": // trim n1 5: takes a snapshot of everything up to 5, and trims
                Trim(node(1), new EntryIndex(long.Parse(words[2], CultureInfo.InvariantCulture)));
                break;
            case "logs":
                WriteLogs();
                break;
            default:
                throw new ArgumentException($"no such command: {line}");
        }

        return _said.ToString();
    }

    private static int[] Numbers(ReadOnlySpan<string> words)
    {
        var numbers = new int[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            numbers[i] = int.Parse(words[i].AsSpan(1), CultureInfo.InvariantCulture);
        }

        return numbers;
    }

    private void StartGroup(int[] voters)
    {
        var start = new SnapshotMeta(EntryIndex.Zero, Epoch.Zero, Group.Of(voters));
        foreach (int voter in voters)
        {
            _nodes[voter] = new ScriptedNode(_protocol, Group.Replica(voter), start);
        }
    }

    private void Tick(int node, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Step(node, replica => replica.Tick(_outbox));
        }
    }

    private void WaitForTimeout(int node)
    {
        ReplicaRole before = _nodes[node].Probe.Role;
        for (int i = 0; i < 1000 && _nodes[node].Probe.Role == before; i++)
        {
            Tick(node, 1);
        }
    }

    private void Elect(int node, int[] others)
    {
        foreach (int other in others)
        {
            Tick(other, TranscriptTests.ElectionTicks);
        }

        WaitForTimeout(node);
        Deliver(MaxDeliveries);
    }

    private void Deliver(int most)
    {
        for (int i = 0; i < most && _wire.TryDequeue(out (int From, int To, byte[] Bytes) message); i++)
        {
            bool isLost = _cuts.Contains((message.From, message.To)) || !_nodes.TryGetValue(message.To, out ScriptedNode? to) || to.Replica is null;
            Say($"n{message.To} {MessageText.Of(message.Bytes)}{(isLost ? " (lost)" : "")}");
            if (!isLost)
            {
                Step(message.To, replica => replica.Receive(message.Bytes, _outbox));
            }
        }
    }

    private void Settle()
    {
        _isQuiet = true;
        for (int i = 0; i < 12; i++)
        {
            foreach (int node in _nodes.Keys.Where(node => _nodes[node].Replica?.Probe.Role == ReplicaRole.Leader).ToArray())
            {
                Tick(node, 1);
            }

            Deliver(MaxDeliveries);
        }

        _isQuiet = false;
        WriteLogs();
    }

    private void Propose(int node, ReadOnlySpan<string> payloads)
    {
        var proposals = new Proposal[payloads.Length];
        for (int i = 0; i < payloads.Length; i++)
        {
            proposals[i] = new Proposal(new RequestToken(++_token), Encoding.ASCII.GetBytes(payloads[i]), 1);
        }

        Step(node, replica => replica.Propose(proposals, _outbox));
    }

    private void Change(int node, ReadOnlySpan<string> members)
    {
        int learners = members.IndexOf("learners");
        ReplicaId[] voters = Group.Replicas(Numbers(learners < 0 ? members : members[..learners]));
        ReplicaId[] learning = learners < 0 ? [] : Group.Replicas(Numbers(members[(learners + 1)..]));
        Step(node, replica => replica.ChangeMembership(new RequestToken(++_token), new MembershipChange(voters, learning), _outbox));
    }

    private void Cut(string some, string others)
    {
        foreach (int one in Numbers(some.Split(',')))
        {
            foreach (int other in Numbers(others.Split(',')))
            {
                _cuts.Add((one, other));
                _cuts.Add((other, one));
            }
        }
    }

    private void Trim(int number, EntryIndex upTo)
    {
        ScriptedNode node = _nodes[number];
        node.Disk.Roll(node.Replica!.DescribeSnapshot(upTo)!, [], upTo);
        node.Sync();
        Step(number, replica => replica.Trim(upTo, _outbox));
    }

    private void Step(int number, Action<IReplica> input)
    {
        input(_nodes[number].Replica!);
        CarryOut(number);
    }

    private void Sync(int number)
    {
        ScriptedNode node = _nodes[number];
        PersistId synced = node.Sync();
        while (node.Held.TryPeek(out (PersistId After, ReplicaId To, byte[] Bytes) held) && held.After <= synced)
        {
            node.Held.Dequeue();
            _wire.Enqueue((number, held.To.Node.Value, held.Bytes));
        }

        Step(number, replica => replica.Persisted(synced, _outbox));
    }

    private void CarryOut(int number)
    {
        ScriptedNode node = _nodes[number];
        WriteEffects(number);
        bool writes = _outbox.HasPersist;
        if (writes)
        {
            node.Disk.Write(_outbox.Persist, []);
        }

        for (int i = 0; i < _outbox.MessageCount; i++)
        {
            OutgoingMessage message = _outbox.Message(i);
            if (message.After <= node.Synced)
            {
                _wire.Enqueue((number, message.To.Node.Value, message.Bytes.ToArray()));
            }
            else
            {
                node.Held.Enqueue((message.After, message.To, message.Bytes.ToArray()));
            }
        }

        ReplicaId[] wanting = _outbox.SnapshotsWanted.ToArray();
        _outbox.Clear();
        foreach (ReplicaId to in wanting)
        {
            SnapshotMeta snapshot = node.Disk.Image.Snapshot;
            if (_nodes.TryGetValue(to.Node.Value, out ScriptedNode? receiver) && receiver.Replica is not null && !_cuts.Contains((number, to.Node.Value)))
            {
                Step(to.Node.Value, replica => replica.SnapshotReceived(snapshot, _outbox));
            }
        }

        if (writes && !node.IsSlow)
        {
            Sync(number);
        }
    }

    private void WriteEffects(int number)
    {
        var timeline = new Timeline();
        timeline.Stepped(0, number - 1, _outbox);
        foreach (string line in timeline.Lines)
        {
            Say(line[(line.IndexOf("ms", StringComparison.Ordinal) + 4)..]);
        }

        foreach (PlacedRequest placed in _outbox.Placed)
        {
            Say($"n{number}  places request {placed.Token.Value} at {placed.Index}@{EpochText.Of(placed.Epoch)}");
        }

        foreach (RejectedRequest rejected in _outbox.Rejected)
        {
            Say($"n{number}  rejects request {rejected.Token.Value}: {rejected.Reason}");
        }

        foreach (ReadyRead read in _outbox.Reads)
        {
            Say($"n{number}  lets read {read.Token.Value} go at {read.Index}");
        }

        foreach (ReplicaId to in _outbox.SnapshotsWanted)
        {
            Say($"n{number}  wants a snapshot sent to {to.Node}");
        }
    }

    private void WriteLogs()
    {
        foreach ((int number, ScriptedNode node) in _nodes)
        {
            if (node.Replica is null)
            {
                Say($"n{number}  down");
                continue;
            }

            var log = new StringBuilder();
            for (EntryIndex index = node.Probe.First; index <= node.Probe.Last && node.Probe.TryReadEntry(index, out EntryView entry); index = index.Next)
            {
                string what = entry.Header.Kind switch
                {
                    EntryKind.Records => Encoding.ASCII.GetString(entry.Payload),
                    EntryKind.Configuration => Membership.TryRead(entry.Payload, out Membership membership) && membership.IsJoint ? "joint" : "members",
                    _ => "-",
                };
                log.Append(CultureInfo.InvariantCulture, $" {index}@{EpochText.Of(entry.Header.Epoch)}:{what}");
            }

            string snapshot = node.Probe.Snapshot.Index > EntryIndex.Zero ? $" snapshot {node.Probe.Snapshot.Index}" : "";
            Say($"n{number}  {node.Probe.Role} term {EpochText.Of(node.Probe.HardState.Current)} commit {node.Probe.Committed}{snapshot} |{log}");
        }
    }

    private void Say(string line)
    {
        if (!_isQuiet)
        {
            _said.Append("    ").Append(line).Append('\n');
        }
    }
}
