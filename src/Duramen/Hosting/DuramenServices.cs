using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Duramen.Hosting;

/// <summary>Puts a node into a host.</summary>
public static class DuramenServices
{
    /// <summary>
    /// Runs a node for as long as the services of the host run. They ask for it as <see cref="DuramenHostedNode"/> at any time, or as
    /// <see cref="DuramenNode"/> once the host has started. It logs where the host logs and has the host's <see cref="TimeProvider"/>, if there is one.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the options; in memory on free ports otherwise.</param>
    public static IServiceCollection AddDuramen(this IServiceCollection services, Func<DuramenNodeOptions, DuramenNodeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(provider =>
        {
            var options = new DuramenNodeOptions();
            options = options with
            {
                Loggers = provider.GetService<ILoggerFactory>() ?? options.Loggers,
                Time = provider.GetService<TimeProvider>() ?? options.Time,
            };
            return new DuramenHostedNode(configure is null ? options : configure(options));
        });
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<DuramenHostedNode>());
        services.AddSingleton(provider => provider.GetRequiredService<DuramenHostedNode>().Node);
        return services;
    }

    /// <summary>Adds a check that says whether the node can commit a record.</summary>
    /// <param name="checks">The host's checks.</param>
    /// <param name="name">What the check is called.</param>
    public static IHealthChecksBuilder AddDuramen(this IHealthChecksBuilder checks, string name = "duramen")
    {
        ArgumentNullException.ThrowIfNull(checks);
        return checks.AddCheck<DuramenHealthCheck>(name);
    }
}
