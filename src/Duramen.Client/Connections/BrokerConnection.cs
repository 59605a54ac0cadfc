using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Duramen.Core.Errors;
using Duramen.Kafka;
using Duramen.Kafka.Messages;
using Duramen.Kafka.Wire;

namespace Duramen.Client.Connections;

/// <summary>
/// One connection to a broker. Requests go out in the order of the calls, any number at once; answers come back in that order. It breaks once, at the
/// first thing that is wrong, and everything that waits on it then fails with that cause; a broken connection is replaced, never mended.
/// <para>A request's records may be referred to by a frame that is being sent until its answer came or the connection broke.</para>
/// </summary>
internal sealed class BrokerConnection : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<PendingResponse> _awaited = new();
    private readonly ClientOptions _options;
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly ITimer _deadline;
    private readonly List<ReadOnlyMemory<byte>> _segments = [];
    private readonly List<ArraySegment<byte>> _gathered = [];
    private KafkaWriter _filling = new();
    private KafkaWriter _sending = new();
    private long _armedForMs = long.MaxValue;
    private int _nextCorrelationId;
    private bool _isSending;
    private Exception? _broken;
    private Task _reading = Task.CompletedTask;

    private BrokerConnection(BrokerAddress address, ClientOptions options, Socket socket, Stream stream)
    {
        Address = address;
        _options = options;
        _socket = socket;
        _stream = stream;
        _deadline = options.Time.CreateTimer(static state => ((BrokerConnection)state!).CheckDeadlines(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public BrokerAddress Address { get; }

    public BrokerVersions Versions { get; private set; } = new(new ApiVersionsResponse());

    public bool IsBroken => Volatile.Read(ref _broken) is not null;

    // What the system says of a name that it cannot resolve may be no more than "Resource temporarily unavailable".
    private static string CauseOf(Exception error, BrokerAddress address) =>
        error is SocketException { SocketErrorCode: SocketError.TryAgain or SocketError.HostNotFound or SocketError.NoData }
            ? $"the name '{address.Host}' cannot be resolved ({error.Message.TrimEnd('.')})"
            : error.Message;

    /// <summary>Connects, and learns what the broker has.</summary>
    /// <exception cref="ClientException"><see cref="ClientErrors.BrokerUnreachable"/>, or what the first request met.</exception>
    public static async Task<BrokerConnection> ConnectAsync(BrokerAddress address, ClientOptions options, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.ConnectTimeoutMs), options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, either.Token).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is not null)
            {
                var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
                stream = encrypted;
                await encrypted.AuthenticateAsClientAsync(TlsFor(address, options.Tls), either.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            await DisposeAsync(socket, stream).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            string cause = patience.IsCancellationRequested ? FormattableString.Invariant($"no answer within {options.ConnectTimeoutMs} ms") : CauseOf(error, address);
            throw new ClientException(
                ClientErrors.BrokerUnreachable, $"Broker {address} cannot be connected to: {cause.TrimEnd('.')}.", "Check the address, that the broker runs, and whether it expects TLS.", error);
        }

        var connection = new BrokerConnection(address, options, socket, stream);
        connection._reading = Task.Run(connection.ReadAsync, CancellationToken.None);
        try
        {
            await connection.NegotiateAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (ClientException lost) when (lost.Code == ClientErrors.ConnectionLost && options.Tls is null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw new ClientException(lost.Code, lost.Message, "Check whether a Kafka broker is there, and whether it expects TLS.", lost);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends a request. The order on the wire is that of the calls; everything up to that happens before the call returns.</summary>
    /// <exception cref="ClientException">
    /// <see cref="ClientErrors.ConnectionLost"/>, <see cref="ClientErrors.TimedOut"/>: what became of the request is not known.
    /// <see cref="ClientErrors.UnsupportedVersion"/>: nothing was sent.
    /// </exception>
    public Task<TResponse> SendAsync<TResponse>(IKafkaRequest<TResponse> request, int extraTimeMs = 0)
        where TResponse : IKafkaResponse<TResponse>
    {
        short version = Versions.Pick(TResponse.ApiKey, Address);
        var pending = new PendingResponse<TResponse>(NextCorrelationId(), version, Deadline(extraTimeMs));
        Enqueue(TResponse.ApiKey, request, version, pending);
        return pending.Task;
    }

    /// <summary>Sends a request that depends on the version that is spoken.</summary>
    public Task<TResponse> SendAsync<TResponse>(Func<short, IKafkaRequest<TResponse>> request, int extraTimeMs = 0)
        where TResponse : IKafkaResponse<TResponse> => SendAsync(request(Versions.Pick(TResponse.ApiKey, Address)), extraTimeMs);

    /// <summary>Sends a request whose answer has large records in it.</summary>
    public Task<LeasedResponse<TResponse>> SendLeasedAsync<TResponse>(IKafkaRequest<TResponse> request, int extraTimeMs = 0)
        where TResponse : IKafkaResponse<TResponse>
    {
        short version = Versions.Pick(TResponse.ApiKey, Address);
        var pending = new PendingLease<TResponse>(NextCorrelationId(), version, Deadline(extraTimeMs));
        Enqueue(TResponse.ApiKey, request, version, pending);
        return pending.Task;
    }

    /// <summary>Sends a request that has no answer.</summary>
    public void SendUnanswered(ApiKey key, IKafkaMessage request)
    {
        short version = Versions.Pick(key, Address);
        Enqueue(key, request, version, pending: null);
    }

    /// <summary>Ends the connection; what waits on it fails with <see cref="ClientErrors.Closed"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        Break(ClientException.Closed($"connection to broker {Address}"));
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static SslClientAuthenticationOptions TlsFor(BrokerAddress address, SslClientAuthenticationOptions options) =>
        string.IsNullOrEmpty(options.TargetHost)
            ? new SslClientAuthenticationOptions
            {
                TargetHost = address.Host,
                AllowRenegotiation = options.AllowRenegotiation,
                ApplicationProtocols = options.ApplicationProtocols,
                CertificateChainPolicy = options.CertificateChainPolicy,
                CertificateRevocationCheckMode = options.CertificateRevocationCheckMode,
                CipherSuitesPolicy = options.CipherSuitesPolicy,
                ClientCertificateContext = options.ClientCertificateContext,
                ClientCertificates = options.ClientCertificates,
                EnabledSslProtocols = options.EnabledSslProtocols,
                EncryptionPolicy = options.EncryptionPolicy,
                LocalCertificateSelectionCallback = options.LocalCertificateSelectionCallback,
                RemoteCertificateValidationCallback = options.RemoteCertificateValidationCallback,
            }
            : options;

    private async Task NegotiateAsync(CancellationToken cancellationToken)
    {
        ApiVersionsResponse answer = await HandshakeAsync(Handshake.FirstVersion, cancellationToken).ConfigureAwait(false);
        if (answer.ErrorCode == KafkaError.UnsupportedVersion)
        {
            answer = await HandshakeAsync(version: 0, cancellationToken).ConfigureAwait(false);
        }

        if (answer.ErrorCode != KafkaError.None)
        {
            throw ClientException.Refused($"Asking broker {Address} for its versions", answer.ErrorCode);
        }

        Versions = new(answer);
    }

    private Task<ApiVersionsResponse> HandshakeAsync(short version, CancellationToken cancellationToken)
    {
        var pending = new Handshake(NextCorrelationId(), version, Deadline());
        Enqueue(ApiKey.ApiVersions, Handshake.Request, version, pending);
        return pending.Task.WaitAsync(cancellationToken);
    }

    private int NextCorrelationId() => Interlocked.Increment(ref _nextCorrelationId);

    private long NowMs() => (long)_options.Time.GetElapsedTime(0).TotalMilliseconds;

    private long Deadline(int extraTimeMs = 0) => NowMs() + _options.RequestTimeoutMs + extraTimeMs;

    private void Enqueue(ApiKey key, IKafkaMessage request, short version, PendingResponse? pending)
    {
        bool mustSend;
        lock (_lock)
        {
            if (_broken is { } cause)
            {
                throw Lost(cause);
            }

            try
            {
                Write(_filling, key, request, version, pending?.CorrelationId ?? NextCorrelationId());
            }
            catch (KafkaWireException error)
            {
                throw new ClientException(
                    ClientErrors.UnsupportedVersion, $"Broker {Address} cannot be asked this: {error.Message}", "Use a broker that has a later version of the request.", error);
            }

            if (pending is not null)
            {
                _awaited.Enqueue(pending);
                Arm(pending.DeadlineMs);
            }

            mustSend = !_isSending;
            _isSending = true;
        }

        if (mustSend)
        {
            _ = SendAllAsync();
        }
    }

    private void Write(KafkaWriter writer, ApiKey key, IKafkaMessage request, short version, int correlationId)
    {
        FrameStart start = writer.BeginFrame();
        try
        {
            new RequestHeader((short)key, version, correlationId, _options.ClientId).Write(writer);
            request.Write(writer, version);
            writer.EndFrame(start);
        }
        catch
        {
            writer.TakeBack(start);
            throw;
        }
    }

    // Runs until everything is sent; whoever finds it not running starts it.
    private async Task SendAllAsync()
    {
        try
        {
            while (true)
            {
                lock (_lock)
                {
                    if (_filling.Length == 0 || _broken is not null)
                    {
                        _isSending = false;
                        return;
                    }

                    (_filling, _sending) = (_sending, _filling);
                }

                await SendOneAsync(_sending).ConfigureAwait(false);
                _sending.Clear();
            }
        }
        catch (Exception error)
        {
            Break(error);
        }
    }

    private async ValueTask SendOneAsync(KafkaWriter frames)
    {
        _segments.Clear();
        frames.AddSegmentsTo(_segments);
        if (_segments.Count == 1 || _stream is SslStream)
        {
            foreach (ReadOnlyMemory<byte> segment in _segments)
            {
                await _stream.WriteAsync(segment).ConfigureAwait(false);
            }

            return;
        }

        _gathered.Clear();
        foreach (ReadOnlyMemory<byte> segment in _segments)
        {
            _gathered.Add(MemoryMarshal.TryGetArray(segment, out ArraySegment<byte> array) ? array : segment.ToArray());
        }

        await _socket.SendAsync(_gathered, SocketFlags.None).ConfigureAwait(false);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[ClientLimits.ReadBufferSizeBytes];
        int start = 0;
        int end = 0;
        try
        {
            while (true)
            {
                while (end - start < sizeof(int))
                {
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    (start, end) = (0, end - start);
                    end += await ReadSomeAsync(buffer.AsMemory(end)).ConfigureAwait(false);
                }

                int size = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start));
                if (size is < sizeof(int) or > ClientLimits.MaxResponseSizeBytes)
                {
                    throw Bad(FormattableString.Invariant($"a frame of {size} bytes"));
                }

                start += sizeof(int);
                PendingResponse pending = FirstAwaited();
                byte[] frame = pending.Rent(size);
                int filled = Math.Min(size, end - start);
                buffer.AsSpan(start, filled).CopyTo(frame);
                start += filled;
                while (filled < size)
                {
                    filled += await ReadSomeAsync(frame.AsMemory(filled, size - filled)).ConfigureAwait(false);
                }

                int correlationId = BinaryPrimitives.ReadInt32BigEndian(frame);
                if (correlationId != pending.CorrelationId)
                {
                    throw Bad(FormattableString.Invariant($"an answer to request {correlationId} where that to request {pending.CorrelationId} is due"));
                }

                pending.Complete(frame, size);
                lock (_lock)
                {
                    _awaited.TryDequeue(out _);
                }
            }
        }
        catch (Exception error)
        {
            Break(error);
        }
    }

    private async ValueTask<int> ReadSomeAsync(Memory<byte> memory)
    {
        int read = await _stream.ReadAsync(memory).ConfigureAwait(false);
        return read > 0 ? read : throw new ClientException(ClientErrors.ConnectionLost, $"Broker {Address} closed the connection.");
    }

    private PendingResponse FirstAwaited()
    {
        lock (_lock)
        {
            return _awaited.TryPeek(out PendingResponse? pending) ? pending : throw _broken ?? Bad("an answer that nobody asked for");
        }
    }

    // Called under the lock.
    private void Arm(long deadlineMs)
    {
        if (deadlineMs < _armedForMs)
        {
            _armedForMs = deadlineMs;
            _deadline.Change(TimeSpan.FromMilliseconds(Math.Max(deadlineMs - NowMs(), 0)), Timeout.InfiniteTimeSpan);
        }
    }

    private void CheckDeadlines()
    {
        bool isLate = false;
        lock (_lock)
        {
            _armedForMs = long.MaxValue;
            if (_broken is not null)
            {
                return;
            }

            long now = NowMs();
            foreach (PendingResponse pending in _awaited)
            {
                isLate |= pending.DeadlineMs <= now;
                Arm(pending.DeadlineMs);
            }
        }

        if (isLate)
        {
            Break(new ClientException(
                ClientErrors.TimedOut, FormattableString.Invariant($"Broker {Address} did not answer within {_options.RequestTimeoutMs} ms.")));
        }
    }

    private void Break(Exception cause)
    {
        List<PendingResponse> unanswered;
        lock (_lock)
        {
            if (_broken is not null)
            {
                return;
            }

            _broken = cause;
            unanswered = [.. _awaited];
            _awaited.Clear();
        }

        // The socket goes first: nothing of memory that callers take back after this is sent any more.
        _stream.Dispose();
        _deadline.Dispose();
        if (unanswered.Count > 0)
        {
            ClientException lost = Lost(cause);
            unanswered.ForEach(pending => pending.Fail(lost));
        }
    }

    private ClientException Lost(Exception cause)
    {
        ErrorCode code = cause switch
        {
            ClientException { Code: var own } when own == ClientErrors.Closed || own == ClientErrors.TimedOut => own,
            ClientException { Code: var own } when own == ClientErrors.BadResponse => own,
            KafkaWireException => ClientErrors.BadResponse,
            _ => ClientErrors.ConnectionLost,
        };
        return new(code, $"The connection to broker {Address} ended: {cause.Message}", cause: cause);
    }

    private ClientException Bad(string what) => new(
        ClientErrors.BadResponse, $"Broker {Address} sent {what}.", "Check that a Kafka broker listens there, and whether it expects TLS.");

    private static async ValueTask DisposeAsync(Socket socket, Stream? stream)
    {
        socket.Dispose();
        if (stream is not null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }
}
