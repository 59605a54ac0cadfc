using System.Numerics;
using Duramen.Core.Random;
using Duramen.Simulation.Events;

namespace Duramen.Simulation.Networks;

/// <summary>
/// Carries messages between nodes and does to them whatever networks do: delays, reorders, loses, doubles, damages them, delivers them again much later, and cuts
/// links in one direction or both. Each link draws from a stream of its own.
/// </summary>
internal sealed class SimulatedNetwork
{
    private const int Remembered = 64;

    private readonly int _nodes;
    private readonly EventQueue _events;
    private readonly Prng[] _chance;
    private readonly int[] _cuts;

    // By receiver and sender: when the latest message was sent that was taken in, and when the latest one of the receiver was that the sender had heard by then.
    private readonly long[] _heard;
    private readonly long[] _answered;
    private readonly Packet[] _past = new Packet[Remembered];
    private readonly Prng _pastChance;
    private readonly Stack<byte[]> _buffers = new();
    private long _sent;

    public SimulatedNetwork(ulong seed, int nodes, NetworkOptions options, EventQueue events)
    {
        _nodes = nodes;
        _events = events;
        Options = options;
        _chance = new Prng[nodes * nodes];
        for (int link = 0; link < _chance.Length; link++)
        {
            _chance[link] = Prng.ForStream(seed, "link", link);
        }

        _pastChance = Prng.ForStream(seed, "past");
        _cuts = new int[nodes * nodes];
        _heard = new long[nodes * nodes];
        _answered = new long[nodes * nodes];
        Array.Fill(_heard, -1);
        Array.Fill(_answered, -1);
    }

    /// <summary>How it behaves now.</summary>
    public NetworkOptions Options { get; set; }

    /// <summary>Messages that did not arrive as they were sent.</summary>
    public long Mistreated { get; private set; }

    /// <summary>Messages that were sent, those that got lost included.</summary>
    public long SentCount { get; private set; }

    /// <summary>Their size, in bytes.</summary>
    public long SentBytes { get; private set; }

    public void Cut(int from, int to) => _cuts[(from * _nodes) + to]++;

    public void Mend(int from, int to) => _cuts[(from * _nodes) + to]--;

    public bool IsCut(int from, int to) => _cuts[(from * _nodes) + to] > 0;

    /// <summary>A node takes a message in.</summary>
    public void Arrives(int at, in Trail trail)
    {
        int link = (at * _nodes) + trail.From;
        _heard[link] = Math.Max(_heard[link], trail.SentUs);
        _answered[link] = Math.Max(_answered[link], trail.HeardUs);
    }

    /// <summary>Whether a node has taken in something that another one sent after it had heard what the first one sent at a time or later.</summary>
    public bool HasAnswered(int node, int other, long sinceUs) => _answered[(node * _nodes) + other] >= sinceUs;

    /// <summary>Sends a message at a time.</summary>
    public void Send(long nowUs, int from, int to, ReadOnlySpan<byte> message, bool isSnapshot)
    {
        SentCount++;
        SentBytes += message.Length;
        Prng chance = _chance[(from * _nodes) + to];
        ulong fate = chance.NextUInt64();
        var trail = new Trail(from, nowUs, _heard[(from * _nodes) + to]);
        Remember(to, trail, message, isSnapshot);
        NetworkOptions options = Options;
        if (IsCut(from, to) || IsFate(fate, options.LossShare))
        {
            Mistreated++;
            return;
        }

        bool isCorrupt = IsFate(fate * 31, options.CorruptShare);
        Deliver(nowUs, chance, to, trail, message, isSnapshot, isCorrupt);
        if (IsFate(fate * 77, options.DuplicateShare))
        {
            Mistreated++;
            Deliver(nowUs, chance, to, trail, message, isSnapshot, false);
        }

        if (IsFate(fate * 1237, options.ReplayShare) && _sent > 0)
        {
            Packet old = _past[_pastChance.NextInt32((int)Math.Min(_sent, Remembered))];
            if (!IsCut(old.Trail.From, old.To))
            {
                Mistreated++;
                Deliver(nowUs, chance, old.To, old.Trail, old.Bytes, old.IsSnapshot, false);
            }
        }
    }

    /// <summary>A buffer for a message; it belongs to the event that carries it.</summary>
    public byte[] Rent(int sizeBytes) => sizeBytes <= 256 && _buffers.TryPop(out byte[]? buffer) ? buffer : new byte[Math.Max(sizeBytes, 256)];

    /// <summary>Takes back the buffer of an event that happened.</summary>
    public void Return(byte[] buffer)
    {
        if (buffer.Length == 256)
        {
            _buffers.Push(buffer);
        }
    }

    private void Deliver(long nowUs, Prng chance, int to, in Trail trail, ReadOnlySpan<byte> message, bool isSnapshot, bool isCorrupt)
    {
        byte[] buffer = Rent(message.Length);
        message.CopyTo(buffer);
        if (isCorrupt)
        {
            Mistreated++;
            int bit = chance.NextInt32(message.Length * 8);
            buffer[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        EventKind kind = isSnapshot ? EventKind.Snapshot : EventKind.Message;
        _events.Add(nowUs + DelayUs(chance), new SimulatedEvent(kind, to, Bytes: buffer, LengthBytes: message.Length, Trail: trail));
    }

    // Exponential to within what matters, from whole numbers only: the logarithm differs from machine to machine.
    private long DelayUs(Prng chance)
    {
        ulong random = chance.NextUInt64();
        long tail = ((long)BitOperations.LeadingZeroCount(random) << 10) | (long)(random & 1023);
        long delay = Options.MinDelayUs + (Options.MeanDelayUs * tail / 1477);
        return Options.SlowShare > 0 && chance.NextBool(Options.SlowShare) ? delay * 100 : delay;
    }

    // Every sixteenth message is kept, each in the place of one of those kept before.
    private void Remember(int to, in Trail trail, ReadOnlySpan<byte> message, bool isSnapshot)
    {
        if (Options.ReplayShare > 0 && _pastChance.NextInt32(16) == 0)
        {
            int at = _sent < Remembered ? (int)_sent : _pastChance.NextInt32(Remembered);
            _past[at] = new Packet(to, trail, message.ToArray(), isSnapshot);
            _sent++;
        }
    }

    private static bool IsFate(ulong fate, double share) => share > 0 && (fate >> 11) * (1.0 / (1UL << 53)) < share;
}
