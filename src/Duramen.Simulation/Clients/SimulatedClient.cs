using Duramen.Core.Random;
using Duramen.Simulation.Checking;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Clients;

/// <summary>
/// A client: one operation after the other, each tried again, at another node if need be, until it is answered. What it did and saw is the history that must be linearizable.
/// </summary>
internal sealed class SimulatedClient
{
    private readonly Prng _chance;
    private readonly List<HistoryOperation> _history = [];
    private readonly Dictionary<long, Command> _asked = [];
    private readonly ClientOptions _options;
    private long _invoked;
    private long _lastSeen;

    public SimulatedClient(ulong seed, int number, ClientOptions options)
    {
        Number = number;
        _options = options;
        _chance = Prng.ForStream(seed, "client", number);
    }

    public int Number { get; }

    /// <summary>The operation under way; meaningless while it is idle.</summary>
    public Command Current { get; private set; }

    public bool IsIdle { get; private set; } = true;

    /// <summary>Which try this is; an answer to an earlier one is as good.</summary>
    public int Attempt { get; private set; }

    /// <summary>The node it asks.</summary>
    public int Target { get; set; }

    /// <summary>Operations that were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>What it did; the operation under way is the last one.</summary>
    public IEnumerable<HistoryOperation> History =>
        IsIdle ? _history : _history.Append(new HistoryOperation(Current, 0, _invoked, long.MaxValue));

    /// <summary>Whether it ever asked for this.</summary>
    public bool Asked(in Command command) => _asked.TryGetValue(command.Request, out Command asked) && asked == command;

    /// <summary>Chooses what to do next.</summary>
    public void Begin(long moment)
    {
        long request = Answered + 1;
        int key = _chance.NextInt32(Registers.Keys);
        double dice = _chance.NextDouble();
        Operation operation = dice < _options.ReadShare ? Operation.Get : dice < _options.ReadShare + 0.15 ? Operation.CompareAndSet : Operation.Put;
        long value = ((long)(Number + 1) << 32) | request;
        Current = new Command(Number, request, operation, key, value, operation == Operation.CompareAndSet ? _lastSeen : 0);
        _asked[request] = Current;
        _invoked = moment;
        Attempt = 0;
        IsIdle = false;
    }

    /// <summary>The bytes of the operation under way.</summary>
    public byte[] Payload() => Current.Encode((int)(Current.Request * 7 % _options.MaxFillerBytes));

    public void TryAgain() => Attempt++;

    /// <summary>Goes to another node.</summary>
    public void Wander(int nodes) => Target = _chance.NextInt32(nodes);

    /// <summary>How long it thinks, in microseconds.</summary>
    public long ThinkUs() => _chance.NextInt64(0, _options.MaxThinkUs + 1);

    /// <summary>A delay on the way to a node or back, in microseconds.</summary>
    public long DelayUs() => _chance.NextInt64(100, 1_500);

    /// <summary>Whether what is on the way gets lost.</summary>
    public bool Loses() => _options.LossShare > 0 && _chance.NextBool(_options.LossShare);

    /// <summary>Takes the answer.</summary>
    public void End(long result, long moment)
    {
        _history.Add(new HistoryOperation(Current, result, _invoked, moment));
        _lastSeen = Current.Operation == Operation.CompareAndSet ? Current.Value : result;
        Answered++;
        IsIdle = true;
    }
}
