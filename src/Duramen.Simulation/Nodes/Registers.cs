using Duramen.Core.Binary;
using Duramen.Core.Ids;

namespace Duramen.Simulation.Nodes;

/// <summary>
/// The state machine that the simulated group replicates: a few registers, and for each client its last request with the answer, so that a request that comes
/// twice is done once.
/// </summary>
internal sealed class Registers
{
    public const int Keys = 6;

    private readonly long[] _values = new long[Keys];
    private readonly (long Request, long Result)[] _clients;

    public Registers(int clients) => _clients = new (long, long)[clients];

    /// <summary>The last entry that was applied.</summary>
    public EntryIndex Applied { get; private set; }

    /// <summary>Stands for everything that was applied, in order, with its results.</summary>
    public ulong Digest { get; private set; }

    public long Read(int key) => _values[key];

    /// <summary>Whether a command was done before.</summary>
    public bool Knows(in Command command) => command.Request <= _clients[command.Client].Request;

    /// <summary>Does a client's command once; returns the result, the first time's when it comes again.</summary>
    public long Apply(EntryIndex index, in Command command)
    {
        ref (long Request, long Result) last = ref _clients[command.Client];
        if (command.Request > last.Request)
        {
            last = (command.Request, Do(command));
        }

        Note(index, (ulong)last.Result ^ ((ulong)command.Request << 20) ^ ((ulong)command.Client << 56));
        return last.Result;
    }

    /// <summary>Takes in an entry that does nothing here.</summary>
    public void Skip(EntryIndex index) => Note(index, 1);

    public byte[] Save()
    {
        byte[] bytes = new byte[16 + (8 * Keys) + (16 * _clients.Length)];
        var writer = new SpanWriter(bytes);
        writer.WriteInt64(Applied.Value);
        writer.WriteUInt64(Digest);
        foreach (long value in _values)
        {
            writer.WriteInt64(value);
        }

        foreach ((long request, long result) in _clients)
        {
            writer.WriteInt64(request);
            writer.WriteInt64(result);
        }

        return bytes;
    }

    /// <summary>Starts from what <see cref="Save"/> wrote; from nothing when there is nothing.</summary>
    public void Load(ReadOnlySpan<byte> bytes)
    {
        var reader = new SpanReader(bytes);
        Applied = bytes.IsEmpty ? EntryIndex.Zero : new EntryIndex(reader.ReadInt64());
        Digest = bytes.IsEmpty ? 0 : reader.ReadUInt64();
        for (int key = 0; key < Keys; key++)
        {
            _values[key] = bytes.IsEmpty ? 0 : reader.ReadInt64();
        }

        for (int client = 0; client < _clients.Length; client++)
        {
            _clients[client] = bytes.IsEmpty ? default : (reader.ReadInt64(), reader.ReadInt64());
        }
    }

    private long Do(in Command command)
    {
        ref long value = ref _values[command.Key];
        if (command.Operation == Operation.CompareAndSet)
        {
            if (value != command.Expected)
            {
                return 0;
            }

            value = command.Value;
            return 1;
        }

        long before = value;
        value = command.Value;
        return before;
    }

    private void Note(EntryIndex index, ulong what)
    {
        Applied = index;
        Digest = Simulation.Digest.Mix(Digest ^ (ulong)index.Value, what);
    }
}
