using Duramen.Derived;

namespace Duramen.Http;

/// <summary>How long an answer may take: until its client is gone, or has taken too long. Whoever makes it disposes it.</summary>
internal sealed class Patience : IDisposable
{
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly CancellationTokenSource _enough;
    private readonly CancellationTokenSource _either;

    public Patience(HttpCall call, StateOptions options, TimeProvider time)
    {
        _time = time;
        _began = time.GetTimestamp();
        _enough = new CancellationTokenSource(options.AnswerTimeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, _enough.Token);
    }

    /// <summary>Cancelled when the answer is not worth going on with.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether a page has taken so long that it should end where it is.</summary>
    public bool IsLong => _time.GetElapsedTime(_began) > HttpLimits.PageTimeout;

    public void Dispose()
    {
        _either.Dispose();
        _enough.Dispose();
    }
}
