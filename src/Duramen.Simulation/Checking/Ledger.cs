using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Checking;

/// <summary>
/// What is committed, as the first replica that said so had it, with the state of a machine that applied exactly that. Every other replica is compared with it, entry by
/// entry and state by state (C1, C4, C5, C10, C11).
/// </summary>
internal sealed class Ledger
{
    private readonly List<Line> _lines = [];
    private readonly Registers _reference;
    private readonly Func<Command, bool> _wasAsked;
    private readonly List<(EntryIndex From, Membership Membership)> _memberships = [];
    private readonly Dictionary<(int Client, long Request), long> _results = [];

    public Ledger(int clients, Membership first, Func<Command, bool> wasAsked)
    {
        _reference = new Registers(clients);
        _wasAsked = wasAsked;
        _memberships.Add((EntryIndex.Zero, first));
    }

    /// <summary>The last entry that anybody said is committed.</summary>
    public EntryIndex Last => new(_lines.Count);

    /// <summary>The newest committed membership.</summary>
    public Membership Membership => _memberships[^1].Membership;

    public Line At(EntryIndex index) => _lines[(int)index.Value - 1];

    /// <summary>Takes in that a node applied an entry.</summary>
    public void Apply(SimulatedNode node, in EntryView entry, long result, Epoch during)
    {
        EntryIndex index = entry.Header.Index;
        ulong digest = DigestOf(entry);
        if (index == Last.Next)
        {
            AddLine(entry, digest, during);
        }
        else if (index > Last)
        {
            throw new ViolationException("C1", $"{node.ReplicaId} applied entry {index} when {Last} was the last one committed anywhere");
        }

        Line line = At(index);
        if (line.Digest != digest)
        {
            throw new ViolationException("C1", $"{node.ReplicaId} says that {entry.Header} is committed; another said {line.Epoch} {line.Kind} of other content");
        }

        if (line.StateDigest != node.StateDigest || line.Result != result)
        {
            throw new ViolationException("C4", $"{node.ReplicaId} has another state than others after entry {index}");
        }
    }

    /// <summary>The committed membership in force as of an entry.</summary>
    public Membership MembershipAt(EntryIndex index) => _memberships.FindLast(change => change.From <= index).Membership;

    /// <summary>The digest of the state after an entry.</summary>
    public ulong StateDigestAt(EntryIndex index) => index == EntryIndex.Zero ? 0 : At(index).StateDigest;

    /// <summary>The result of a request's first and only execution; null when it was not executed.</summary>
    public long? ResultOf(int client, long request) => _results.TryGetValue((client, request), out long result) ? result : null;

    public static ulong DigestOf(in EntryView entry)
    {
        ulong header = Digest.Mix((ulong)entry.Header.Epoch.Number, ((ulong)entry.Header.Epoch.Node.Value << 8) | (ulong)entry.Header.Kind);
        return Digest.Of(entry.Payload, header);
    }

    private void AddLine(in EntryView entry, ulong digest, Epoch during)
    {
        EntryIndex index = entry.Header.Index;
        long result = 0;
        switch (entry.Header.Kind)
        {
            case EntryKind.Records:
                if (!Command.TryDecode(entry.Payload, out Command command) || !_wasAsked(command))
                {
                    throw new ViolationException("C11", $"entry {index} holds what nobody asked for");
                }

                result = _reference.Apply(index, command);
                _results.TryAdd((command.Client, command.Request), result);
                break;
            case EntryKind.Configuration:
                if (!Membership.TryRead(entry.Payload, out Membership membership))
                {
                    throw new ViolationException("C11", $"entry {index} holds no membership");
                }

                _memberships.Add((index, membership));
                _reference.Skip(index);
                break;
            default:
                _reference.Skip(index);
                break;
        }

        _lines.Add(new Line(entry.Header.Epoch, entry.Header.Kind, digest, _reference.Digest, result, during));
    }

    /// <summary>A committed entry.</summary>
    /// <param name="Epoch">Its epoch.</param>
    /// <param name="Kind">What it holds.</param>
    /// <param name="Digest">Its digest.</param>
    /// <param name="StateDigest">That of the state after it.</param>
    /// <param name="Result">What doing it returned.</param>
    /// <param name="During">The epoch of the replica that first said so, when it did.</param>
    internal readonly record struct Line(Epoch Epoch, EntryKind Kind, ulong Digest, ulong StateDigest, long Result, Epoch During);
}
