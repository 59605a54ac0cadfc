using System.Buffers;
using System.Buffers.Binary;
using Duramen.State.Entities.Aggregates;

namespace AccountsAsEntities.Tests;

/// <summary>An account that is never overdrawn. Its public methods decide, and <see cref="Apply"/> alone changes it.</summary>
public sealed class Account : Aggregate<AccountEvent>, IResumable
{
    public long BalanceCents { get; private set; }

    public int StateVersion => 1;

    public void Deposit(long cents) => Raise(new Deposited(cents));

    public void Withdraw(long cents)
    {
        if (cents > BalanceCents)
        {
            throw new InvalidOperationException($"There are {BalanceCents} cents, and {cents} were asked for.");
        }

        Raise(new Withdrawn(cents));
    }

    public void WriteState(IBufferWriter<byte> target)
    {
        BinaryPrimitives.WriteInt64BigEndian(target.GetSpan(sizeof(long)), BalanceCents);
        target.Advance(sizeof(long));
    }

    public void ReadState(ReadOnlySpan<byte> state) => BalanceCents = BinaryPrimitives.ReadInt64BigEndian(state);

    protected override void Apply(AccountEvent happened) => BalanceCents += happened switch
    {
        Deposited deposited => deposited.Cents,
        Withdrawn withdrawn => -withdrawn.Cents,
        _ => throw new InvalidOperationException($"Nobody knows what {happened} is."),
    };
}
