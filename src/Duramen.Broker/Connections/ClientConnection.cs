using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Duramen.Broker.Connections;

/// <summary>
/// One client's connection. A reading side takes requests off it and starts them in order; a writing side awaits and writes their responses in the
/// same order. What ends it, expected or not, ends here: the first cause is kept, requests that were started are answered where the client still
/// listens, and their memory is given back in every case.
/// </summary>
internal sealed partial class ClientConnection : IDisposable
{
    private readonly ConnectionContext _transport;
    private readonly IRequestServer _server;
    private readonly ConnectionLimits _limits;
    private readonly ILogger _logger;
    private readonly ConnectionActivity _activity;
    private readonly FrameReader _frames;
    private readonly RequestsInFlight _inFlight = new();
    private readonly Channel<StartedRequest> _started;
    private readonly CancellationTokenSource _gone;
    private CloseCause? _cause;
    private volatile bool _isAborted;
    private bool _isLastExclusive;

    public ClientConnection(
        ConnectionContext transport, IRequestServer server, ConnectionLimits limits, RequestBudget budget, TimeProvider time, ILogger logger, CancellationToken draining)
    {
        _transport = transport;
        _server = server;
        _limits = limits;
        _logger = logger;
        _activity = new ConnectionActivity(time);
        _frames = new FrameReader(transport.Transport.Input, server, limits, budget, _activity);
        _started = Channel.CreateBounded<StartedRequest>(new BoundedChannelOptions(limits.MaxPipelinedRequests + 1) { SingleReader = true, SingleWriter = true });
        _gone = CancellationTokenSource.CreateLinkedTokenSource(transport.ConnectionClosed);
        Draining = draining;
        ClientHost = (transport.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "";
    }

    /// <summary>The transport's name for the connection.</summary>
    public string Id => _transport.ConnectionId;

    /// <summary>The address that the client connects from.</summary>
    public string ClientHost { get; }

    /// <summary>The address and port of the listener that the client reached.</summary>
    public EndPoint? LocalEndPoint => _transport.LocalEndPoint;

    /// <summary>Whether the client has sent more than the request that is being started. For the reading side, that is, for whoever starts requests.</summary>
    public bool HasSentMore => _frames.HasMore;

    /// <summary>Requests that were started and are not answered.</summary>
    public int RequestsInFlight => _inFlight.Count;

    /// <summary>Cancelled when nobody waits for responses any more.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Cancelled when the broker stops: what only waits for something better is to answer with what it has.</summary>
    public CancellationToken Draining { get; }

    /// <summary>Why it ended; <see cref="CloseReason.None"/> before.</summary>
    public CloseReason Reason => Volatile.Read(ref _cause)?.Reason ?? CloseReason.None;

    /// <summary>Serves the connection until one side ends it. Raises nothing.</summary>
    public async Task RunAsync()
    {
        using CancellationTokenRegistration drain = Draining.UnsafeRegister(
            static state => ((ClientConnection)state!)._transport.Transport.Input.CancelPendingRead(), this);
        Task writing = WriteAsync();
        await ReadAsync().ConfigureAwait(false);
        _started.Writer.Complete();
        await writing.ConfigureAwait(false);
        EndedBecause(CloseReason.ClosedByClient, null);
        CloseCause cause = _cause!;
        if (cause.Reason == CloseReason.InternalError)
        {
            LogFailed(Id, ClientHost, cause.Exception);
        }
        else
        {
            LogEnded(Id, ClientHost, cause.Reason, cause.Exception?.Message ?? "");
        }
    }

    /// <summary>Closes the connection when it waits for its client for too long.</summary>
    /// <param name="hasStalledFor">How long it may take none of what it is sent.</param>
    public void CloseIfOverdue(TimeSpan hasStalledFor)
    {
        CloseReason reason = _activity.Overdue(_limits, hasStalledFor);
        if (reason != CloseReason.None && (reason != CloseReason.Idle || _inFlight.Count == 0))
        {
            Abort(new CloseCause(reason, null));
        }
    }

    public void Dispose() => _gone.Dispose();

    private void EndedBecause(CloseReason reason, Exception? exception) =>
        Interlocked.CompareExchange(ref _cause, new CloseCause(reason, exception), null);

    private void Abort(CloseCause cause)
    {
        Interlocked.CompareExchange(ref _cause, cause, null);
        _isAborted = true;
        _transport.Abort(new ConnectionAbortedException(cause.Reason.ToString()));
    }

    // A client that closes its end may have sent requests before, and a producer without acks waits for nothing: everything that arrived is run. Reading
    // ends with the transport's input.
    private async Task ReadAsync()
    {
        try
        {
            while (!Draining.IsCancellationRequested)
            {
                _activity.WaitsForRequest();
                RequestFrame? frame = await _frames.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                if (frame is null)
                {
                    EndedBecause(Draining.IsCancellationRequested ? CloseReason.Draining : CloseReason.ClosedByClient, null);
                    return;
                }

                _activity.RequestsRan();
                await StartAsync(frame).ConfigureAwait(false);
            }

            EndedBecause(CloseReason.Draining, null);
        }
        catch (ConnectionEndedException ended)
        {
            EndedBecause(ended.Reason, ended);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            EndedBecause(CloseReason.ClosedByClient, exception);
        }
        catch (Exception exception)
        {
            EndedBecause(CloseReason.InternalError, exception);
        }
    }

    private async ValueTask StartAsync(RequestFrame frame)
    {
        try
        {
            short apiKey = BinaryPrimitives.ReadInt16BigEndian(frame.Bytes.Span);
            bool isExclusive = !_server.MayOverlap(apiKey);
            int allowed = isExclusive || _isLastExclusive ? 0 : _limits.MaxPipelinedRequests - 1;
            await _inFlight.WaitForAsync(allowed, _limits.MaxConnectionBytesInFlight).ConfigureAwait(false);
            _isLastExclusive = isExclusive;
            if (_isAborted)
            {
                throw new ConnectionAbortedException();
            }

            ValueTask<ResponseFrame?> response = _server.StartAsync(frame, this);
            _inFlight.Add(frame.SizeBytes);

            // There is room for every request that the wait above lets through.
            _started.Writer.TryWrite(new StartedRequest(frame, response));
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    private async Task WriteAsync()
    {
        PipeWriter output = _transport.Transport.Output;
        bool isOpen = true;
        while (await _started.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_started.Reader.TryRead(out StartedRequest started))
            {
                // What is written goes out before a response that is not there yet is waited for.
                if (isOpen && !started.Response.IsCompleted && output.UnflushedBytes > 0)
                {
                    isOpen = await FlushAsync(output).ConfigureAwait(false);
                }

                isOpen = await AnswerAsync(output, started, isOpen).ConfigureAwait(false);
                if (isOpen && output.UnflushedBytes >= FrameLayout.FlushBytes)
                {
                    isOpen = await FlushAsync(output).ConfigureAwait(false);
                }
            }

            if (isOpen && output.UnflushedBytes > 0)
            {
                isOpen = await FlushAsync(output).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Awaits a response, whether or not it can still be written, since the request's memory is in use until then.</summary>
    private async ValueTask<bool> AnswerAsync(PipeWriter output, StartedRequest started, bool isOpen)
    {
        ResponseFrame? response = null;
        try
        {
            response = await started.Response.ConfigureAwait(false);
            if (!isOpen || response is null)
            {
                return isOpen;
            }

            if (response.Writer.Length <= FrameLayout.FlushBytes)
            {
                response.WriteTo(output);
                return true;
            }

            return await WriteInPiecesAsync(output, response).ConfigureAwait(false);
        }
        catch (ConnectionEndedException ended)
        {
            Abort(new CloseCause(ended.Reason, ended));
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // Nobody waits for this response; the requests behind it may need none.
        }
        catch (Exception exception)
        {
            Abort(new CloseCause(CloseReason.InternalError, exception));
        }
        finally
        {
            response?.Dispose();
            started.Frame.Dispose();
            _inFlight.Remove(started.Frame.SizeBytes);
        }

        return false;
    }

    /// <summary>
    /// Writes a large response as its client takes it: no second copy of it is in memory, and a client that takes it slowly is not one that takes nothing.
    /// </summary>
    private async ValueTask<bool> WriteInPiecesAsync(PipeWriter output, ResponseFrame response)
    {
        var segments = new List<ReadOnlyMemory<byte>>();
        response.AddSegmentsTo(segments);
        foreach (ReadOnlyMemory<byte> segment in segments)
        {
            for (ReadOnlyMemory<byte> rest = segment; !rest.IsEmpty;)
            {
                int size = (int)Math.Min(rest.Length, FrameLayout.FlushBytes - Math.Min(output.UnflushedBytes, FrameLayout.FlushBytes - 1));
                output.Write(rest.Span[..size]);
                rest = rest[size..];
                if (output.UnflushedBytes >= FrameLayout.FlushBytes && !await FlushAsync(output).ConfigureAwait(false))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private async ValueTask<bool> FlushAsync(PipeWriter output)
    {
        try
        {
            ValueTask<FlushResult> flushing = output.FlushAsync(_gone.Token);
            if (!flushing.IsCompleted)
            {
                _activity.WriteBegan();
            }

            FlushResult result = await flushing.ConfigureAwait(false);
            _activity.WriteEnded();
            return !result.IsCompleted;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            EndedBecause(CloseReason.ClosedByClient, exception);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Connection {Connection} from {Client} ended: {Reason}. {Details}")]
    private partial void LogEnded(string connection, string client, CloseReason reason, string details);

    [LoggerMessage(2, LogLevel.Error, "Connection {Connection} from {Client} failed and was closed.")]
    private partial void LogFailed(string connection, string client, Exception? exception);

    private sealed record CloseCause(CloseReason Reason, Exception? Exception);

    private readonly record struct StartedRequest(RequestFrame Frame, ValueTask<ResponseFrame?> Response);
}
