using Duramen.Consensus.Contract;
using Duramen.Consensus.Memberships;
using Duramen.Consensus.Paxos;
using Duramen.Core.Ids;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Checking;

/// <summary>Everything that was ever accepted and synced in a run of Multi-Paxos, what was chosen, and who decided about which slot.</summary>
internal sealed class PaxosHistory
{
    private readonly PaxosOptions _options;
    private readonly List<(EntryIndex From, Membership Membership)> _memberships = [];
    private readonly List<Epoch> _decided = [];
    private readonly Dictionary<long, List<Acceptance>> _accepted = [];

    public PaxosHistory(PaxosOptions options, Membership first)
    {
        _options = options;
        _memberships.Add((EntryIndex.Zero, first));
    }

    /// <summary>The last slot that anybody said is chosen.</summary>
    public EntryIndex Last => new(_decided.Count);

    /// <summary>Who decides about a slot: the members that the last entry at least alpha slots before it brings.</summary>
    public Membership MembershipOf(EntryIndex slot)
    {
        EntryIndex known = EntryIndex.Max(EntryIndex.Zero, new EntryIndex(slot.Value - _options.Alpha));
        return _memberships.FindLast(change => change.From <= known).Membership;
    }

    /// <summary>The members that the last entry up to a chosen one brings, in force or not.</summary>
    public Membership MembershipAsOf(EntryIndex chosen) => _memberships.FindLast(change => change.From <= chosen).Membership;

    /// <summary>A replica's disk says that it accepted an entry.</summary>
    public void Accept(ReplicaId replica, in EntryHeader entry)
    {
        if (!_accepted.TryGetValue(entry.Index.Value, out List<Acceptance>? ballots))
        {
            ballots = [];
            _accepted.Add(entry.Index.Value, ballots);
        }

        foreach (Acceptance known in ballots)
        {
            if (known.Ballot == entry.AcceptedIn && known.Epoch == entry.Epoch)
            {
                known.By.Add(replica);
                CheckAgainstDecided(entry, known);
                return;
            }
        }

        var first = new Acceptance(entry.AcceptedIn, entry.Epoch, [replica]);
        ballots.Add(first);
        CheckAgainstDecided(entry, first);
    }

    /// <summary>The most voters of a slot that accepted an entry in one and the same ballot, each counted once and whatever it accepted later.</summary>
    public int MostAccepted(EntryIndex slot, Epoch epoch)
    {
        int most = 0;
        foreach (Acceptance known in _accepted.GetValueOrDefault(slot.Value) ?? [])
        {
            most = known.Epoch == epoch ? Math.Max(most, Count(slot, known)) : most;
        }

        return most;
    }

    /// <summary>The next slot is chosen.</summary>
    public void Decide(in EntryView entry)
    {
        _decided.Add(entry.Header.Epoch);
        if (entry.Header.Kind == EntryKind.Configuration && Membership.TryRead(entry.Payload, out Membership membership))
        {
            _memberships.Add((entry.Header.Index, membership));
        }
    }

    private int Count(EntryIndex slot, Acceptance acceptance)
    {
        Membership membership = MembershipOf(slot);
        int count = 0;
        foreach (ReplicaId replica in acceptance.By)
        {
            count += membership.IsVoter(replica) ? 1 : 0;
        }

        return count;
    }

    private void CheckAgainstDecided(in EntryHeader entry, Acceptance acceptance)
    {
        bool isOther = entry.Index <= Last && _decided[(int)entry.Index.Value - 1] != acceptance.Epoch;
        if (isOther && Count(entry.Index, acceptance) >= PaxosQuorums.Accept(_options, MembershipOf(entry.Index)))
        {
            throw new ViolationException("P5", $"slot {entry.Index} has two entries that were chosen: of {_decided[(int)entry.Index.Value - 1]} and {acceptance.Epoch}");
        }
    }

    private sealed record Acceptance(Epoch Ballot, Epoch Epoch, HashSet<ReplicaId> By);
}
