using System.Numerics;
using Duramen.Consensus.Contract;
using Duramen.Core.Binary;

namespace Duramen.Consensus.Memberships;

/// <summary>
/// Who belongs to a group, as of some entry. In a joint membership two sets of voters decide, each with its own majority. Members have a fixed order, and sets of
/// them are words with a bit for each place in it.
/// </summary>
public sealed class Membership : IEquatable<Membership>
{
    private readonly ReplicaId[] _members;

    private Membership(ReplicaId[] members, ulong voters, ulong outgoing, ulong learners)
    {
        _members = members;
        Voters = voters;
        Outgoing = outgoing;
        Learners = learners;
    }

    /// <summary>No members: what a replica knows that was never told.</summary>
    public static Membership Nobody { get; } = new([], 0, 0, 0);

    /// <summary>Everybody, in order; each once.</summary>
    public ReadOnlySpan<ReplicaId> Members => _members;

    /// <summary>How many there are.</summary>
    public int Count => _members.Length;

    /// <summary>Those who vote; in a joint membership those who will.</summary>
    public ulong Voters { get; }

    /// <summary>Those who voted before and still decide too, as a set of their own; empty unless the membership is joint.</summary>
    public ulong Outgoing { get; }

    /// <summary>Those who only receive (and, while the membership is joint, outgoing voters who will only receive).</summary>
    public ulong Learners { get; }

    /// <summary>Whether two sets of voters decide.</summary>
    public bool IsJoint => Outgoing != 0;

    /// <summary>Everybody whose vote counts in either set.</summary>
    public ulong AllVoters => Voters | Outgoing;

    /// <summary>Makes a membership; the lists need no order.</summary>
    /// <exception cref="ArgumentException">There is no voter, there are too many members, one is listed twice, or a voter is a learner.</exception>
    public static Membership Of(IEnumerable<ReplicaId> voters, IEnumerable<ReplicaId>? learners = null, IEnumerable<ReplicaId>? outgoing = null)
    {
        ArgumentNullException.ThrowIfNull(voters);
        ReplicaId[] voting = [.. voters];
        ReplicaId[] leaving = [.. outgoing ?? []];
        ReplicaId[] learning = [.. learners ?? []];
        return TryMake(voting, leaving, learning) ?? throw new ArgumentException("A membership has a voter, at most 64 members, and no voter that is a learner.", nameof(voters));
    }

    /// <summary>Makes a membership; null when it would not be one.</summary>
    public static Membership? TryMake(ReadOnlySpan<ReplicaId> voters, ReadOnlySpan<ReplicaId> outgoing, ReadOnlySpan<ReplicaId> learners)
    {
        var all = new List<ReplicaId>(voters.Length + outgoing.Length + learners.Length);
        all.AddRange(voters);
        all.AddRange(outgoing);
        all.AddRange(learners);
        all.Sort();
        ReplicaId[] members = [.. all.Where((member, at) => at == 0 || member != all[at - 1])];
        if (voters.Length == 0 || members.Length > ConsensusLimits.MaxMembers || members.Any(member => !member.Node.IsSome))
        {
            return null;
        }

        ulong voting = SetOf(members, voters);
        ulong leaving = SetOf(members, outgoing);
        ulong learning = SetOf(members, learners);
        bool isValid = (voting & learning) == 0 && BitOperations.PopCount(voting) == voters.Length
            && BitOperations.PopCount(leaving) == outgoing.Length && BitOperations.PopCount(learning) == learners.Length;
        return isValid ? new Membership(members, voting, leaving, learning) : null;
    }

    /// <summary>The place of a member in the order, or -1.</summary>
    public int SlotOf(ReplicaId member)
    {
        for (int slot = 0; slot < _members.Length; slot++)
        {
            if (_members[slot] == member)
            {
                return slot;
            }
        }

        return -1;
    }

    /// <summary>A member as a set of one; empty when it is none.</summary>
    public ulong BitOf(ReplicaId member)
    {
        int slot = SlotOf(member);
        return slot < 0 ? 0 : 1UL << slot;
    }

    /// <summary>Whether its vote counts.</summary>
    public bool IsVoter(ReplicaId member) => (BitOf(member) & AllVoters) != 0;

    /// <summary>The members of a set, in order.</summary>
    public ReplicaId[] ListOf(ulong set) => [.. _members.Where((_, slot) => (set >> slot & 1) != 0)];

    /// <summary>The membership after this one once a change is done: its voters and learners alone.</summary>
    public Membership Settled() => IsJoint ? TryMake(ListOf(Voters), [], ListOf(Learners))! : this;

    /// <summary>The size of its bytes.</summary>
    public int SizeBytes => 1 + (_members.Length * (ReplicaId.SizeBytes + 1));

    /// <summary>Writes it: the number of members (1 byte), then for each node (4), disk (8) and roles (1: voter 1, outgoing 2, learner 4).</summary>
    public int Write(Span<byte> destination)
    {
        var writer = new SpanWriter(destination);
        writer.WriteByte((byte)_members.Length);
        for (int slot = 0; slot < _members.Length; slot++)
        {
            writer.WriteInt32(_members[slot].Node.Value);
            writer.WriteUInt64(_members[slot].Disk);
            writer.WriteByte((byte)((Voters >> slot & 1) | (Outgoing >> slot & 1) << 1 | (Learners >> slot & 1) << 2));
        }

        return writer.Position;
    }

    /// <summary>Its bytes in an array of their own.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[SizeBytes];
        Write(bytes);
        return bytes;
    }

    /// <summary>Reads what <see cref="Write"/> wrote; false when the bytes are no membership.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Membership membership)
    {
        membership = Nobody;
        var reader = new SpanReader(bytes);
        if (!reader.TryReadByte(out byte count) || count > ConsensusLimits.MaxMembers || reader.Remaining != count * (ReplicaId.SizeBytes + 1))
        {
            return false;
        }

        var members = new ReplicaId[count];
        Span<ulong> sets = stackalloc ulong[3];
        for (int slot = 0; slot < count; slot++)
        {
            members[slot] = new ReplicaId(new Core.Ids.NodeId(reader.ReadInt32()), reader.ReadUInt64());
            byte roles = reader.ReadByte();
            bool isInOrder = slot == 0 ? members[slot].Node.IsSome : members[slot - 1] < members[slot];
            if (!isInOrder || roles is 0 or > 7)
            {
                return false;
            }

            for (int role = 0; role < sets.Length; role++)
            {
                sets[role] |= (ulong)(roles >> role & 1) << slot;
            }
        }

        if (count > 0 && (sets[0] == 0 || (sets[0] & sets[2]) != 0))
        {
            return false;
        }

        membership = count == 0 ? Nobody : new Membership(members, sets[0], sets[1], sets[2]);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Membership? other) => other is not null && Voters == other.Voters && Outgoing == other.Outgoing
        && Learners == other.Learners && _members.AsSpan().SequenceEqual(other._members);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Membership);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)((Voters * 31) ^ Outgoing ^ (ulong)_members.Length));

    /// <summary>The voters, then the outgoing ones and the learners where there are any.</summary>
    public override string ToString() => string.Concat(
        $"voters [{Names(Voters)}]", IsJoint ? $" outgoing [{Names(Outgoing)}]" : "", Learners != 0 ? $" learners [{Names(Learners)}]" : "");

    private static ulong SetOf(ReplicaId[] members, ReadOnlySpan<ReplicaId> some)
    {
        ulong set = 0;
        foreach (ReplicaId member in some)
        {
            set |= 1UL << Array.IndexOf(members, member);
        }

        return set;
    }

    private string Names(ulong set) => string.Join(' ', ListOf(set));
}
